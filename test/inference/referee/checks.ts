import assert from 'node:assert/strict';
import { buildGraphs } from '../../../inference/compile/index.js';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { justNotAll } from './justNotAll.js';

/** The graphs of a checkpoint equal the referee's pass: whole, cut to the first layer, and cut with its heads. */
export async function assertConfirmed(folder: string): Promise<void> {
  const whole = await verifySnapshot(folder);
  assert.ok(whole?.isEqual && whole.maxError < 1e-5 && whole.depth === whole.layers, JSON.stringify(whole));
  const cut = await verifySnapshot(folder, buildGraphs, 1);
  assert.ok(cut?.isEqual && cut.maxError < 1e-5 && cut.depth === 1, JSON.stringify(cut));
  const headed = await verifySnapshot(folder, buildGraphs, await justNotAll(folder));
  assert.ok(headed?.isEqual && headed.maxError < 1e-5, JSON.stringify(headed));
}

/** What the referee says of graphs that read config.json otherwise. */
export function verdictWith(folder: string, changes: object): ReturnType<typeof verifySnapshot> {
  return verifySnapshot(folder, (json, ...rest) => buildGraphs({ ...json, ...changes }, ...rest));
}
