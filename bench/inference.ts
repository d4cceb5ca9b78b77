/**
 * What the way through the runner process costs: `answer()` against tokenising and a raw `session.run` of the same graph
 * with the same options, in one run and in turns, so that both see the same machine. Real MiniLM, 128 tokens.
 *
 *   HUBSTEAD_TEST_SHARED=… npm run bench inference [rounds]
 */

import { createLog } from '../config/log.js';
import { startInference } from '../inference/runner/client.js';
import { inTurns, median, print, printTable } from './support/measure.js';

import { minilmFolder, rawMinilm, text, threads } from './support/minilm.js';
import { benchOptions } from './support/runnerOptions.js';

const rounds = Number(process.argv[2] ?? 100);
const clients = 16;
const calls = 200;

const folder = minilmFolder();
if (folder) await compare(folder);
else print('skipped: HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');

async function compare(folder: string): Promise<void> {
  const inference = startInference({
    options: benchOptions({ maxThreads: threads }),
    log: createLog('warn'),
  });
  const snapshot = { key: 'bench', folder, model: 'bench/minilm' };
  const answer = async (): Promise<void> => {
    // The graph of the floor: by itself the runner would take the one that is compiled from the float32 weights.
    const graph = 'onnx/model_quantized.onnx';
    await inference.answer({ snapshot, task: 'feature-extraction', inputs: text, parameters: {}, load: 'wait', graph });
  };
  const samples = await inTurns(
    { 'tokenise + session.run': { run: await rawMinilm(folder) }, 'answer()': { run: answer } },
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
