/**
 * What the way through the runner process costs: `answer()` against tokenising and a raw `session.run` of the same graph
 * with the same options, in one run and in turns, so that both see the same machine. Real MiniLM, 128 tokens: as it is served, compiled
 * from its float32 weights, and its pushed int8 graph, of which everything beside the model is a larger part.
 *
 *   HUBSTEAD_TEST_SHARED=… npm run bench inference [rounds]
 */
import path from 'node:path';
import { createLog } from '../config/log.js';
import { startInference } from '../inference/runner/client.js';
import { inTurns, median, print, printTable } from './support/measure.js';
import { compileCopy, minilmFolder, pushedGraph, rawMinilm, text, threads } from './support/minilm.js';
import { withFolder } from './support/programs.js';
import { benchOptions } from './support/runnerOptions.js';

const rounds = Number(process.argv[2] ?? 100);
const clients = 16;
const calls = 200;

const model = minilmFolder();
if (model) {
  await withFolder(async (folder) => {
    const copy = path.join(folder, 'model');
    await compare('float32, compiled', copy, await compileCopy(model, copy));
  });
  await compare('int8, pushed', model, pushedGraph);
} else print('skipped: HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');

/** @param graph a file in the folder */
async function compare(name: string, folder: string, graph: string): Promise<void> {
  print(`\n${name}`);
  const inference = startInference({
    options: benchOptions({ maxThreads: threads }),
    log: createLog('warn'),
  });
  const snapshot = { key: 'bench', folder, model: 'bench/minilm' };
  const answer = async (): Promise<void> => {
    // The graph of the floor: by itself the runner takes the compiled one.
    const asked = graph === pushedGraph ? { graph } : {};
    const call = { snapshot, task: 'feature-extraction', inputs: text, parameters: {}, load: 'wait' } as const;
    await inference.answer({ ...call, ...asked });
  };
  const raw = await rawMinilm(folder, graph);
  const samples = await inTurns(
    { 'tokenise + session.run': { run: () => raw(text) }, 'answer()': { run: answer } },
    { rounds, warmUp: 5 },
  );
  printTable(samples, { floor: 'tokenise + session.run', digits: 2, toHold: { 'answer()': '1.10 with HTTP' } });

  const began = performance.now();
  let left = calls;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) await answer();
    }),
  );
  const perSecond = (calls / (performance.now() - began)) * 1000;
  const oneByOne = 1000 / median(samples['answer()'] ?? []);
  print(
    `${clients} clients: ${perSecond.toFixed(1)} calls/s on ${inference.stats().models[0]?.threads} threads; one by one ${oneByOne.toFixed(1)}, ratio ${(perSecond / oneByOne).toFixed(2)}`,
  );
  await inference.close();
}
