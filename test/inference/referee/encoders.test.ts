import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildGraphs } from '../../../inference/compile/index.js';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { checkpointCopy, checkpointsFolder } from './checkpointCopy.js';

/** Families that nobody wrote a forward pass for. */
const unknown = /^(deberta|nomic|tapas)/;
const names = readdirSync(path.join(checkpointsFolder, 'encoders')).filter((name) => !name.includes('.'));

/** config.json as a wrong graph would read it, and what is the first to differ. */
const wrong: readonly (readonly [checkpoint: string, key: string, value: unknown, worst: string])[] = [
  ['albert-mlm', 'layer_norm_eps', 0.5, 'layer.0'],
  ['albert-model-groups', 'hidden_act', 'relu', 'layer.0'],
  ['electra-model', 'hidden_act', 'relu', 'encoder.layer.0'],
  ['modernbert-model-long', 'local_attention', 2, 'layers.1'],
  ['modernbert-model-long', 'global_rope_theta', 7, 'layers.0'],
  ['mpnet-mlm', 'layer_norm_eps', 0.5, 'encoder.layer.0'],
];

describe('the referee of text encoders', () => {
  for (const name of names.filter((one) => !unknown.test(one)))
    it(`confirms ${name}, whole and cut to its first layer`, async () => {
      const folder = await checkpointCopy(path.join('encoders', name));
      const whole = await verifySnapshot(folder);
      assert.ok(whole?.isEqual && whole.maxError < 1e-5 && whole.depth === whole.layers, JSON.stringify(whole));
      const cut = await verifySnapshot(folder, buildGraphs, 1);
      assert.ok(cut?.isEqual && cut.maxError < 1e-5 && cut.depth === 1, JSON.stringify(cut));
    });

  for (const [name, key, value, worst] of wrong)
    it(`finds another ${key} in ${name}`, async () => {
      const folder = await checkpointCopy(path.join('encoders', name));
      const verdict = await verifySnapshot(folder, (json, ...rest) => buildGraphs({ ...json, [key]: value }, ...rest));
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, worst], JSON.stringify(verdict));
    });
});
