/**
 * How the runner's threads follow the work: from one to many while clients wait, back to one when they have gone. Says when
 * each thread came and went, where a hot and a cold model stood, and the requests per second with one thread and with all: a
 * lone thread may compute on several cores, so those differ less than the number of threads. MiniLM's size in random weights, 64
 * tokens, the built runner.
 *
 *   npm run bench threads [seconds]
 */

import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createLog } from '../config/log.js';
import { projectRoot } from '../config/projectRoot.js';
import { startInference } from '../inference/runner/client.js';
import { print } from './support/measure.js';
import { withFolder } from './support/programs.js';
import { miniLm, writeRandomModel } from './support/randomModels.js';
import { benchOptions } from './support/runnerOptions.js';

const seconds = Number(process.argv[2] ?? 5);
const clients = 16;
const threadIdleMs = 1000;
const most = Math.max(2, availableParallelism());
const text = Array.from({ length: 62 }, () => 'we').join(' ');
const entry = pathToFileURL(path.join(projectRoot, 'dist', 'inference', 'runner', 'process.js'));

async function measure(folder: string, maxThreads: number): Promise<number> {
  const options = benchOptions({ maxThreads, threadIdleMs });
  const inference = startInference({ options, entry, log: createLog('warn') });
  const ask = (key: string) =>
    inference.answer({
      snapshot: { key, folder, model: `bench/${key}` },
      task: 'feature-extraction',
      inputs: text,
      parameters: {},
      load: 'wait',
    });
  await ask('hot');
  await ask('cold');
  const began = performance.now();
  const since = () => `${((performance.now() - began) / 1000).toFixed(2)} s`;
  let threads = inference.stats().threads;
  print(`\nat most ${maxThreads}: ${threads} before the clients come`);
  const watch = setInterval(() => {
    const now = inference.stats().threads;
    if (now !== threads) print(`  ${since()}: ${threads} → ${now} threads`);
    threads = now;
  }, 5);
  let calls = 0;
  const isOver = () => performance.now() - began > seconds * 1000;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (; !isOver(); calls++) await ask('hot');
    }),
  );
  const perSecond = (calls / (performance.now() - began)) * 1000;
  const places = inference.stats().models.map(({ model, threads }) => `${model} on ${threads}`);
  print(`  ${since()}: the clients go; ${places.join(', ')}`);
  await wait(threadIdleMs + 2000);
  clearInterval(watch);
  print(`  ${since()}: ${inference.stats().threads} left`);
  await inference.close();
  return perSecond;
}

await withFolder(async (folder) => {
  await writeRandomModel(folder, miniLm());
  const alone = await measure(folder, 1);
  const together = await measure(folder, most);
  const ratio = (together / alone).toFixed(2);
  print(
    `\n${clients} clients: ${alone.toFixed(0)} requests/s on one thread, ${together.toFixed(0)} on up to ${most}, ratio ${ratio}`,
  );
});
