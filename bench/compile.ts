/**
 * How long a checkpoint takes from `git push` to its first answer, and what of it is compiling and loading: the real MiniLM
 * (or its size in random weights), DistilBERT and a decoder of 0.5 B parameters. Each round pushes to a new repository, with
 * another bit in the last weights, so that the hub has never seen the file. The floor, before each push: ONNX Runtime opens
 * the compiled graph and runs it once, in this process.
 *
 *   HUBSTEAD_TEST_SHARED=… npm run bench compile [rounds]
 */

import { cp, mkdir, open, rm, statfs, writeFile } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';
import { compileSnapshot } from '../inference/compile/index.js';
import type { Port, TypedTensor } from '../inference/pipelines/model.js';
import { GraphSession } from '../inference/runner/models/graphSession.js';
import { type BenchHub, startHub } from './support/hub.js';
import { print, printTable, timed } from './support/measure.js';
import { minilmFolder, threads } from './support/minilm.js';
import { run, withFolder } from './support/programs.js';
import {
  distilBert,
  miniLm,
  type RandomModel,
  smallDecoder,
  weightBytes,
  writeRandomModel,
} from './support/randomModels.js';

const rounds = Number(process.argv[2] ?? 5);
/** What the largest model needs: four copies of it on the disk, and float32 in two processes. */
const neededBytes = 6 * 2 ** 30;
const sentence = 'we we we we we we we we';

interface Size {
  readonly name: string;
  readonly task: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly rounds: number;
  readonly toHold?: string;
  write(folder: string): Promise<void>;
}

const realMinilm = minilmFolder();
const embedding = { task: 'feature-extraction', parameters: {}, rounds };
const sizes: readonly Size[] = [
  realMinilm
    ? { ...embedding, name: 'MiniLM, real', toHold: '500 ms', write: (folder) => copyCheckpoint(realMinilm, folder) }
    : { ...embedding, ...random('MiniLM', miniLm()) },
  { ...random('DistilBERT', distilBert()), task: 'text-classification', parameters: {}, rounds },
  {
    ...random('0.5 B decoder', smallDecoder()),
    task: 'text-generation',
    parameters: { max_new_tokens: 1, do_sample: false },
    rounds: 1,
  },
];

function random(name: string, model: RandomModel): Pick<Size, 'name' | 'write'> {
  const megabytes = (weightBytes(model) / 1e6).toFixed(0);
  return { name: `${name}, random, ${megabytes} MB`, write: (folder) => writeRandomModel(folder, model) };
}

/** Without its graphs: those would be run instead. */
async function copyCheckpoint(from: string, folder: string): Promise<void> {
  await cp(from, folder, { recursive: true, filter: (source) => !/\.onnx$/.test(source) });
}

for (const size of sizes) {
  const lacking = size.name.startsWith('0.5 B') && (await lack());
  if (lacking) print(`\n${size.name}: skipped, ${lacking}`);
  else await withFolder((folder) => measure(folder, size));
}

/** What this machine has too little of, or null. */
async function lack(): Promise<string | null> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (freemem() < neededBytes) return 'less than 6 GiB of memory are free';
  return bavail * bsize < neededBytes ? 'less than 6 GiB of disk are free' : null;
}

async function measure(folder: string, size: Size): Promise<void> {
  const work = path.join(folder, 'work');
  await mkdir(work);
  await size.write(work);
  await writeFile(path.join(work, 'README.md'), `---\npipeline_tag: ${size.task}\n---\n`);
  await writeFile(path.join(work, '.gitattributes'), '*.safetensors filter=lfs diff=lfs merge=lfs -text\n');
  const hub = await startHub(folder);
  const ways = [
    'open + run once',
    'compile',
    'load, as the hub says',
    'git push',
    'answer after the push',
    'push and answer',
  ];
  const samples: Record<string, number[]> = Object.fromEntries(ways.map((way) => [way, []]));
  const before = hub.memory();
  let grewBy = 0;
  try {
    for (let round = 0; round < size.rounds; round++) {
      await changeWeights(path.join(work, 'model.safetensors'), round + 1);
      const remote = `size-${round}`;
      await commit(work, `${hub.remote}/admin/${remote}`);
      const here = await compileAndOpen(work);
      const push = await timed(() => run('git', ['push', '--quiet', 'origin', 'main'], work));
      let load = 0;
      const answer = await timed(async () => {
        load = await loadMsOfAnswer(hub, remote, size);
      });
      if (round === 0) grewBy = hub.memory().children - before.children;
      const took = [here.open, here.compile, load, push, answer, push + answer];
      for (const [index, way] of ways.entries()) samples[way]!.push(took[index]!);
    }
    print(`\n${size.name}`);
    printTable(samples, {
      floor: 'open + run once',
      toHold: size.toHold ? { 'answer after the push': size.toHold } : {},
    });
    print(`the runner grew by ${(grewBy / 2 ** 20).toFixed(0)} MiB with the first model`);
  } finally {
    await hub.stop();
  }
}

/** One bit of the last numbers is another: no store has these bytes yet. */
async function changeWeights(file: string, round: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  // The low byte of the last but one bfloat16, and of the last float32.
  await handle.write(Buffer.of(round % 64), 0, 1, size - 4);
  await handle.close();
}

/** A repository of one commit, so that a push takes along no weights of earlier rounds. */
async function commit(work: string, remote: string): Promise<void> {
  await rm(path.join(work, '.git'), { recursive: true, force: true });
  await run('git', ['init', '--quiet', '--initial-branch=main'], work);
  await run('git', ['lfs', 'install', '--local'], work);
  await run('git', ['remote', 'add', 'origin', remote], work);
  await writeFile(path.join(work, '.git', 'info', 'exclude'), '*.onnx\n');
  await run('git', ['add', '--all'], work);
  await run('git', ['commit', '--quiet', '--message=weights'], work);
}

/** Asks, and says how long the hub loaded. @throws Error with what was answered instead */
async function loadMsOfAnswer(hub: BenchHub, name: string, { parameters }: Size): Promise<number> {
  const response = await fetch(`${hub.url}/models/admin/${name}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${hub.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ inputs: sentence, parameters }),
  });
  const body = await response.text();
  if (!response.ok) throw new Error(`${name}: ${response.status} ${body.slice(0, 300)}`);
  return Number(response.headers.get('x-load-time')) * 1000;
}

/** Milliseconds of compiling, and of opening and running what was compiled. */
async function compileAndOpen(folder: string): Promise<{ compile: number; open: number }> {
  let file = '';
  const compile = await timed(async () => {
    file = (await compileSnapshot(folder))[0]!.file;
  });
  const openAndRun = await timed(async () => {
    const session = await GraphSession.open(path.join(folder, file), threads);
    await session.run(Object.fromEntries(session.inputs.map((port) => [port.name, feed(port)])));
    await session.release();
  });
  return { compile, open: openAndRun };
}

/** Eight tokens, and nothing said before. */
function feed({ name, type, dims }: Port): TypedTensor {
  if (type !== 'int64') return { type: 'float32', data: new Float32Array(0), dims: pastOf(dims) };
  if (dims.length < 2) return { type, data: BigInt64Array.of(1n), dims: dims.length === 0 ? [] : [1] };
  const numbers = Array.from({ length: 8 }, (_, index) =>
    name === 'position_ids' ? index : Number(name !== 'token_type_ids'),
  );
  return { type, data: BigInt64Array.from(numbers, BigInt), dims: [1, 8] };
}

/** Batch 1, no past. */
function pastOf(dims: readonly (number | null)[]): number[] {
  return dims.map((size, axis) => size ?? (axis === 0 ? 1 : 0));
}
