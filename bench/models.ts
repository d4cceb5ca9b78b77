/**
 * What a call costs as the number of models grows: 10, 100 and 1,000 models asked by Zipf's law (the n-th most wanted one is asked
 * 1/n as often) with memory for about thirty of them, one client. Then the sweep: each call loads and evicts. The models are one
 * small fixture under many keys, so that what is measured is the runner and not the model.
 *
 *   npm run bench models [calls]
 */

import path from 'node:path';
import { createLog } from '../config/log.js';
import { projectRoot } from '../config/projectRoot.js';
import { startInference } from '../inference/runner/client.js';
import { print, quantile } from './support/measure.js';
import { benchOptions } from './support/runnerOptions.js';

const calls = Number(process.argv[2] ?? 1000);
const memoryBytes = 64 * 2 ** 20;
const folder = path.join(projectRoot, 'test', 'fixtures', 'models', 'distilbert-seqcls');

/** The rank, from 0, that a random number from 0 to 1 falls on. */
function zipf(models: number): (random: number) => number {
  const weights = Array.from({ length: models }, (_, rank) => 1 / (rank + 1));
  const total = weights.reduce((a, b) => a + b, 0);
  return (random) => {
    let left = random * total;
    const found = weights.findIndex((weight) => {
      left -= weight;
      return left <= 0;
    });
    return Math.max(0, found);
  };
}

async function measure(name: string, modelOf: (call: number, random: number) => number): Promise<void> {
  const inference = startInference({ options: benchOptions({ maxThreads: 1, memoryBytes }), log: createLog('warn') });
  const times: number[] = [];
  let loads = 0;
  let mostBytes = 0;
  let state = 7;
  for (let call = 0; call < calls; call++) {
    state = (state * 48_271) % 2_147_483_647;
    const key = `model ${modelOf(call, state / 2_147_483_647)}`;
    const snapshot = { key, folder, model: `bench/${key}` };
    const began = performance.now();
    const { loadMs } = await inference.answer({
      snapshot,
      task: 'text-classification',
      inputs: `Call ${call} was quick.`,
      parameters: {},
      load: 'wait',
    });
    times.push(performance.now() - began);
    if (loadMs > 0) loads += 1;
    mostBytes = Math.max(mostBytes, inference.stats().residentBytes);
  }
  const { evictions, models } = inference.stats();
  await inference.close();
  const [p50, p95] = [0.5, 0.95].map((part) => quantile(times, part).toFixed(2));
  print(
    `${name.padEnd(24)} p50 ${p50} ms, p95 ${p95} ms; of ${calls} calls ${loads} loaded; ${models.length} in memory, ${evictions} evicted; at most ${(mostBytes / 2 ** 20).toFixed(0)} MiB`,
  );
}

for (const models of [10, 100, 1000]) {
  const rankOf = zipf(models);
  await measure(`${models} models, Zipf`, (_, random) => rankOf(random));
}
await measure('sweep of 200 models', (call) => call % 200);
