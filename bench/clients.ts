/**
 * Requests per second of one model with 1, 16 and 64 clients and texts of mixed lengths: the runner against Python
 * `transformers` and `@huggingface/transformers` in Node, one after the other in the same run. Real MiniLM from its float32 weights,
 * distinct texts of 4 to 128 tokens, the same number of threads, no answer cache and no HTTP anywhere. The floor is what the texts
 * cost one after the other, on one thread: tokenising and a raw `session.run`; whoever computes the same in float32 can save
 * little more than that.
 *
 *   HUBSTEAD_TEST_SHARED=… HUBSTEAD_BENCH_PYTHON=… HUBSTEAD_BENCH_TRANSFORMERS_JS=… npm run bench clients [seconds]
 *
 * The second variable names a Python with torch and transformers, the third a folder with `node_modules/@huggingface/transformers`
 * and `model.onnx`, a float32 export of the model. Without one of them its rows are left out.
 */

import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { testEnvironment } from '../config/env.js';
import { createLog } from '../config/log.js';
import { projectRoot } from '../config/projectRoot.js';
import { compileSnapshot } from '../inference/compile/index.js';
import { startInference } from '../inference/runner/client.js';
import { print, quantile, timed } from './support/measure.js';
import { minilmFolder, rawMinilm, threads } from './support/minilm.js';
import { start, withFolder } from './support/programs.js';
import { benchOptions } from './support/runnerOptions.js';

const seconds = Number(process.argv[2] ?? 10);
const counts = [1, 16, 64];

interface Measured {
  readonly tookMs: number;
  /** Milliseconds of each request. */
  readonly times: readonly number[];
  /** Processor time of all requests. */
  readonly cpuMs: number;
  readonly residentBytes: number;
}

/** The same texts at every start: lengths spread evenly over their logarithm, of common words of one token. */
function mixedTexts(count: number): readonly string[] {
  const words = 'we he she it that this red blue fast slow good bad old new big one two three day night sun rain'.split(
    ' ',
  );
  let state = 1;
  const random = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, () => {
    const tokens = Math.round(2 ** (2 + 5 * random()));
    return Array.from({ length: Math.max(1, tokens - 2) }, () => words[Math.floor(random() * words.length)]).join(' ');
  });
}

/** One text after the other on one thread, so that a processor's time is all it takes. */
async function floorOf(folder: string, texts: readonly string[]): Promise<Measured> {
  const ask = await rawMinilm(folder, (await compileSnapshot(folder))[0]!.file, 1);
  for (const text of texts.slice(-20)) await ask(text);
  const times: number[] = [];
  const before = process.cpuUsage();
  const began = performance.now();
  while (performance.now() - began < seconds * 1000) times.push(await timed(() => ask(texts[times.length]!)));
  const tookMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { tookMs, times, cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() };
}

async function runnerWith(clients: number, folder: string, texts: readonly string[]): Promise<Measured> {
  const inference = startInference({ options: benchOptions({ maxThreads: threads }), log: createLog('warn') });
  const snapshot = { key: 'bench', folder, model: 'bench/minilm' };
  const ask = (inputs: string) =>
    inference.answer({ snapshot, task: 'feature-extraction', inputs, parameters: {}, load: 'wait' });
  for (let warm = 0; warm < 2; warm++) await Promise.all(texts.slice(-clients * 2).map(ask));
  const { runnerPid } = inference.stats();
  const times: number[] = [];
  const before = process.cpuUsage();
  const runnerBefore = await cpuMsOf(runnerPid!);
  const began = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() - began < seconds * 1000) {
        const sent = performance.now();
        await ask(texts[next++ % texts.length]!);
        times.push(performance.now() - sent);
      }
    }),
  );
  const tookMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const cpuMs = (user + system) / 1000 + (await cpuMsOf(runnerPid!)) - runnerBefore;
  const { residentBytes, service } = inference.stats();
  await inference.close();
  print(`  (runner: ${(service.batchSize.sum / service.batchSize.count).toFixed(1)} texts in the batch of a call)`);
  return { tookMs, times, cpuMs, residentBytes };
}

/** proc(5): user and system time of `/proc/PID/stat`, in hundredths of a second. */
async function cpuMsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function peer(program: string, args: readonly string[]): Promise<Measured> {
  const running = start(program, args);
  let said = '';
  running.process.stdout!.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await new Promise((resolve) => running.process.once('close', resolve));
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Measured;
}

function row(name: string, { tookMs, times, cpuMs, residentBytes }: Measured): void {
  const perSecond = (times.length / tookMs) * 1000;
  const [p50, p95] = [0.5, 0.95].map((part) => quantile(times, part).toFixed(1));
  const mebibytes = (residentBytes / 2 ** 20).toFixed(0);
  const cpu = (cpuMs / times.length).toFixed(1);
  print(
    `${name.padEnd(26)} ${perSecond.toFixed(1)} requests/s, p50 ${p50} ms, p95 ${p95} ms, ${cpu} ms of processor each, ${mebibytes} MiB`,
  );
}

async function compare(model: string, folder: string): Promise<void> {
  const { benchPython, benchTransformersJs } = testEnvironment();
  const texts = mixedTexts(4000);
  const own = path.join(folder, 'model');
  await cp(model, own, { recursive: true, filter: (file) => path.basename(file) !== 'onnx' });
  const job = path.join(folder, 'job.json');
  const peers = path.join(projectRoot, 'bench', 'peers');
  if (!benchPython) print('skipped Python: HUBSTEAD_BENCH_PYTHON names one with torch and transformers');
  if (!benchTransformersJs) print('skipped transformers.js: HUBSTEAD_BENCH_TRANSFORMERS_JS names its folder');
  print('the floor: one thread, no clients');
  row('tokenise + session.run', await floorOf(own, texts));
  for (const clients of counts) {
    print(`${clients} clients, ${threads} threads, ${seconds} s each`);
    await writeFile(job, JSON.stringify({ model, texts, clients, seconds, threads }));
    row('runner', await runnerWith(clients, own, texts));
    if (benchPython) row('Python transformers', await peer(benchPython, [path.join(peers, 'pythonClients.py'), job]));
    if (!benchTransformersJs) continue;
    const script = path.join(peers, 'transformersJsClients.mjs');
    row('transformers.js', await peer(process.execPath, [script, benchTransformersJs, job]));
  }
}

const model = minilmFolder();
if (model) await withFolder((folder) => compare(model, folder));
else print('skipped: HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');
