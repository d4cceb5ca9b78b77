/**
 * The int8 plan that is found for the real MiniLM on this processor: what it reached on its own held-back texts, its
 * embeddings beside Python's float32, and its speed beside the float32 graph, in turns, 128 tokens, one thread.
 *
 *   HUBSTEAD_TEST_SHARED=… npm run bench int8 [rounds]
 */

import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compiledGraph } from '../config/compiledModels.js';
import type { Model } from '../inference/pipelines/model.js';
import { embeddingOf } from '../inference/pipelines/text/embeddings.js';
import { encodeToFit } from '../inference/pipelines/text/fit.js';
import { quantiseSnapshot } from '../inference/quantise/index.js';
import { differenceOf } from '../inference/referee/verdict.js';
import { loadModel } from '../inference/runner/models/loadedModel.js';
import { inTurns, print, printTable } from './support/measure.js';
import { minilmFolder, text } from './support/minilm.js';
import { withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 200);

const source = minilmFolder();
if (source) await withFolder((folder) => measure(source, folder));
else print('skipped: HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');

async function measure(source: string, folder: string): Promise<void> {
  cpSync(source, folder, { recursive: true, filter: (file) => path.basename(file) !== 'onnx' });
  const began = performance.now();
  const found = await quantiseSnapshot(folder, { leastCosine: 0.998 });
  print(`searched for ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (found.file === null) return print(`none: ${found.reason}`);
  const { file, int8: groups, of, cosine, speed } = found;
  print(`${groups} of ${of} groups in int8: held-back cosine ${cosine.toFixed(4)}, ${speed.toFixed(2)} × as fast`);
  const [exact, int8] = [await loadModel(folder, compiledGraph, 1), await loadModel(folder, file, 1)];
  const [exactModel, int8Model] = [exact.forCall(Number.POSITIVE_INFINITY), int8.forCall(Number.POSITIVE_INFINITY)];
  await compareWithPython(folder, int8Model);
  const run = async (model: Model) => {
    const encoding = await encodeToFit(model, text, { truncation: true });
    return { run: async () => void (await model.run(encoding)) };
  };
  const ways = { float32: await run(exactModel), int8: await run(int8Model) };
  printTable(await inTurns(ways, { rounds, warmUp: 5 }), { floor: 'float32', digits: 2, toHold: { int8: '0.71' } });
  await exact.release();
  await int8.release();
}

interface Case {
  readonly name: string;
  readonly inputs: string;
  readonly output: readonly number[];
}

async function compareWithPython(folder: string, model: Model): Promise<void> {
  const cases = JSON.parse(readFileSync(path.join(folder, 'reference.json'), 'utf8')) as readonly Case[];
  const cosines: number[] = [];
  for (const { name, inputs, output } of cases.filter(({ name }) => name.startsWith('embed-'))) {
    const got = await embeddingOf(model, inputs, { truncation: true });
    const { cosine } = differenceOf(Float32Array.from(output), got);
    cosines.push(cosine);
    print(`  ${name.padEnd(24)} cosine ${cosine.toFixed(5)}`);
  }
  const mean = cosines.reduce((sum, one) => sum + one, 0) / cosines.length;
  print(`against Python: worst ${Math.min(...cosines).toFixed(5)}, mean ${mean.toFixed(5)}, ${cosines.length} texts`);
}
