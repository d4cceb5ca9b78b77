import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { buildGraphs } from '../../../inference/compile/index.js';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { withTurnedMemory } from './changedNodes.js';
import { checkpointCopy, checkpointsFolder } from './checkpointCopy.js';
import { assertConfirmed, verdictWith } from './checks.js';

const names = readdirSync(path.join(checkpointsFolder, 'decoders')).filter((name) => !name.includes('.'));

/** config.json as a wrong graph would read it. */
const wrong: readonly (readonly [checkpoint: string, key: string, value: unknown])[] = [
  ['gpt2', 'layer_norm_epsilon', 0.5],
  ['gpt2', 'activation_function', 'relu'],
  ['gpt2-scaled', 'scale_attn_by_inverse_layer_idx', false],
  ['llama', 'rope_theta', 7],
  ['llama', 'rms_norm_eps', 0.5],
  ['llama3-rope', 'rope_scaling', null],
  ['mistral', 'sliding_window', 3],
  ['qwen2', 'rope_scaling', { rope_type: 'linear', factor: 4 }],
  ['qwen2-sliding', 'layer_types', ['full_attention', 'full_attention']],
  ['qwen3', 'rms_norm_eps', 0.5],
  ['gemma', 'hidden_act', 'silu'],
  ['gemma2', 'attn_logit_softcapping', 0.5],
  ['gemma3', 'rope_local_base_freq', 10],
  ['smollm3', 'no_rope_layers', [1, 1]],
  ['gpt-neox', 'use_parallel_residual', false],
  ['opt', 'activation_function', 'gelu'],
  ['phi', 'layer_norm_eps', 0.5],
  ['phi3', 'rope_theta', 7],
  ['bloom', 'layer_norm_epsilon', 0.5],
  ['phi3-long', 'original_max_position_embeddings', 20],
];
/** The layer that is the first to differ, where it is not the first of all. */
const laterLayer: Readonly<Record<string, string>> = {
  'gpt2-scaled': 'h.1',
  'qwen2-sliding': 'layers.1',
  smollm3: 'layers.1',
};

describe('the referee of decoders', () => {
  for (const name of names)
    it(`confirms ${name}, whole and cut to its first layer`, async () => {
      await assertConfirmed(await checkpointCopy(path.join('decoders', name)));
    });

  for (const [name, key, value] of wrong)
    it(`finds another ${key} in ${name}`, async () => {
      const folder = await checkpointCopy(path.join('decoders', name));
      const verdict = await verdictWith(folder, { [key]: value });
      assert.equal(verdict?.isEqual, false, JSON.stringify(verdict));
      const first = /^(gpt2|bloom)/.test(name) ? 'h.0' : 'layers.0';
      assert.equal(verdict.worst, laterLayer[name] ?? first);
    });

  it('finds a wrong cap of the words, behind all layers', async () => {
    const folder = await checkpointCopy('decoders/gemma2');
    const verdict = await verdictWith(folder, { final_logit_softcapping: 0.5 });
    assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, 'the output logits']);
  });

  it('finds a graph that is wrong only with tokens remembered', async () => {
    const wrong: typeof buildGraphs = (...args) =>
      buildGraphs(...args).map((named) => withTurnedMemory(named, 'past_key_values.0.key'));
    const verdict = await verifySnapshot(await checkpointCopy('decoders/llama'), wrong);
    assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, 'layers.0 with 8 tokens remembered']);
  });
});
