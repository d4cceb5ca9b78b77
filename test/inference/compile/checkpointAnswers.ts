import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTensors } from '../../../inference/compile/checkpoint.js';
import { compileSnapshot } from '../../../inference/compile/index.js';
import type { TypedTensor } from '../../../inference/pipelines/model.js';
import { GraphSession } from '../../../inference/runner/models/graphSession.js';

/** Tiny checkpoints with the answers of transformers; `test/fixtures/checkpoints/make_*.py` makes them and says the form. */
const checkpoints = path.join(import.meta.dirname, '../../fixtures/checkpoints');

interface StoredNumbers {
  readonly dims: readonly number[];
  /** Written out, or made of `seed`. */
  readonly values?: readonly number[];
  readonly seed?: number;
}

export interface AnswerCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, StoredNumbers>>;
  readonly outputs: Readonly<Record<string, StoredNumbers>>;
}

export function answerCases(checkpoint: string): readonly AnswerCase[] {
  return JSON.parse(readFileSync(path.resolve(checkpoints, checkpoint, 'answers.json'), 'utf8'));
}

/** What a checkpoint's graphs are built from. */
export async function readCheckpoint(checkpoint: string) {
  const folder = path.resolve(checkpoints, checkpoint);
  const json: Record<string, unknown> = JSON.parse(readFileSync(path.join(folder, 'config.json'), 'utf8'));
  return { json, tensors: await readTensors(folder) };
}

/** Compiles a copy of a checkpoint, opens its graphs and closes them after `use`. */
export async function withGraphs(
  checkpoint: string,
  use: (graphs: ReadonlyMap<string, GraphSession>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hubstead-checkpoint-'));
  const graphs = new Map<string, GraphSession>();
  try {
    cpSync(path.resolve(checkpoints, checkpoint), folder, { recursive: true });
    for (const { name, file } of await compileSnapshot(folder))
      graphs.set(name, await GraphSession.open(path.join(folder, file), 1));
    await use(graphs);
  } finally {
    for (const graph of graphs.values()) await graph.release();
    rmSync(folder, { recursive: true });
  }
}

/** The case's inputs in the number types that the graph declares. */
export function feedsOf(graph: GraphSession, { inputs }: AnswerCase): Readonly<Record<string, TypedTensor>> {
  const feeds: Record<string, TypedTensor> = {};
  for (const [name, stored] of Object.entries(inputs)) {
    const type = graph.inputs.find((input) => input.name === name)?.type;
    const { dims } = stored;
    const values = numbersOf(stored);
    if (type === 'int64') feeds[name] = { type, dims, data: BigInt64Array.from(values, BigInt) };
    else feeds[name] = { type: 'float32', dims, data: Float32Array.from(values) };
  }
  return feeds;
}

function numbersOf({ dims, values, seed = 0 }: StoredNumbers): readonly number[] {
  if (values) return values;
  const count = dims.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, i) => ((31 * i * i + 17 * i + 7919 * seed) % 2039) / 1024 - 1);
}

/** The largest distance, absolute and for large numbers relative. */
export function assertClose(
  given: TypedTensor | undefined,
  wanted: StoredNumbers,
  what: string,
  tolerance = 1e-4,
): void {
  assert.ok(given, `${what} is among the outputs`);
  assert.deepEqual(given.dims, wanted.dims, `dimensions of ${what}`);
  const values = numbersOf(wanted);
  const far = values.findIndex(
    (value, index) => !(Math.abs(Number(given.data[index]) - value) <= tolerance * Math.max(1, Math.abs(value))),
  );
  assert.equal(far, -1, `${what}[${far}] is ${given.data[far]}, not ${values[far]}`);
}

/** Compiles a checkpoint and compares its graph `model` with every case of answers.json, within 1e-4. */
export async function assertAnswers(checkpoint: string): Promise<void> {
  await withGraphs(checkpoint, async (graphs) => {
    const graph = graphs.get('model')!;
    for (const one of answerCases(checkpoint)) {
      const given = await graph.run(feedsOf(graph, one));
      for (const [name, wanted] of Object.entries(one.outputs))
        assertClose(given.get(name), wanted, `${checkpoint}, ${one.name}: ${name}`);
    }
  });
}
