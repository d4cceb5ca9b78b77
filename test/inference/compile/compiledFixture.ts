import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { compileSnapshot } from '../../../inference/compile/index.js';
import type { TypedTensor } from '../../../inference/pipelines/model.js';
import { GraphSession } from '../../../inference/runner/models/graphSession.js';

export const checkpoints = path.join(projectRoot, 'test', 'fixtures', 'checkpoints');

/** A checkpoint that was copied, compiled and opened. */
export interface CompiledFixture {
  readonly sessions: ReadonlyMap<string, GraphSession>;
  close(): Promise<void>;
}

export async function compileFixture(source: string): Promise<CompiledFixture> {
  const folder = mkdtempSync(path.join(tmpdir(), 'checkpoint-'));
  const sessions = new Map<string, GraphSession>();
  const close = async () => {
    for (const session of sessions.values()) await session.release();
    rmSync(folder, { recursive: true });
  };
  try {
    cpSync(source, folder, { recursive: true });
    for (const { name, file } of await compileSnapshot(folder))
      sessions.set(name, await GraphSession.open(path.join(folder, file), 1));
    return { sessions, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export function integers(values: readonly number[], dims: readonly number[]): TypedTensor {
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims };
}

/** What a decoder takes as its past when there is none. */
export function emptyPast(session: GraphSession, rows: number): Record<string, TypedTensor> {
  const past = session.inputs.filter(({ name }) => /^past_key_values\.\d+\.(decoder\.)?(key|value)$/.test(name));
  return Object.fromEntries(
    past.map(({ name, dims }) => {
      const [, heads, , size] = dims;
      return [name, { type: 'float32', data: new Float32Array(0), dims: [rows, heads!, 0, size!] }] as const;
    }),
  );
}

/** The past of the next step, of the outputs of this one. */
export function pastOf(outputs: ReadonlyMap<string, TypedTensor>): Record<string, TypedTensor> {
  const present = [...outputs].filter(([name]) => name.startsWith('present.'));
  return Object.fromEntries(present.map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor]));
}

export function floats(outputs: ReadonlyMap<string, TypedTensor>, name: string): Float32Array {
  const tensor = outputs.get(name);
  if (tensor?.type !== 'float32') throw new Error(`the graph gives no numbers ${name}`);
  return tensor.data;
}

export function worstDifference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  const differences = Array.from(got, (value, index) => Math.abs(value - want[index]!));
  // Math.max of a list with NaN is NaN, which no comparison takes for small.
  return Math.max(...differences);
}
