import assert from 'node:assert/strict';
import { buildGraphs } from '../../../inference/compile/index.js';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { withTurnedMemory } from './changedNodes.js';
import { checkpointCopy } from './checkpointCopy.js';
import { wrongTensor } from './wrongTensor.js';

/** A checkpoint, how its decoder's layers are named, and a tensor with what it is the first of all to make wrong. */
const pairs = [
  ['vit-gpt2', 'decoder.h', 'decoder.transformer.h.1.crossattention.q_attn.weight', 'decoder.h.1'],
  [
    'swin-bert',
    'decoder.encoder.layer',
    'decoder.bert.encoder.layer.1.crossattention.output.dense.weight',
    'decoder.encoder.layer.1',
  ],
  [
    'deit-roberta',
    'decoder.encoder.layer',
    'decoder.roberta.embeddings.position_embeddings.weight',
    'decoder.encoder.layer.0',
  ],
  [
    'vit-trocr',
    'decoder.decoder.layers',
    'decoder.output_projection.weight',
    'the output logits of decoder_model_merged',
  ],
  [
    'vit-trocr-small',
    'decoder.decoder.layers',
    'enc_to_dec_proj.weight',
    'the output present.0.encoder.key of encoder_model',
  ],
  [
    'donut',
    'decoder.decoder.layers',
    'encoder.encoder.layers.1.blocks.1.output.dense.weight',
    'encoder.encoder.layers.1.blocks.1',
  ],
  [
    'swinv2-gpt2',
    'decoder.h',
    'encoder.encoder.layers.0.blocks.1.attention.self.continuous_position_bias_mlp.2.weight',
    'encoder.encoder.layers.0.blocks.1',
  ],
] as const;

describe('the referee of images that are written about', () => {
  for (const [name, layers, tensor, worst] of pairs) {
    it(`confirms both graphs of ${name}, whole and cut to their first layers`, async () => {
      const folder = await checkpointCopy(name);
      const whole = await verifySnapshot(folder);
      assert.ok(whole?.isEqual && whole.maxError < 1e-5 && whole.depth === whole.layers, JSON.stringify(whole));
      const cut = await verifySnapshot(folder, buildGraphs, 1);
      assert.ok(cut?.isEqual && cut.maxError < 1e-5 && cut.depth === 1, JSON.stringify(cut));
    });

    it(`names what ${tensor} makes wrong in ${name}`, async () => {
      const verdict = await verifySnapshot(await checkpointCopy(name), wrongTensor(tensor));
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, worst], JSON.stringify(verdict));
    });

    it(`finds a decoder of ${name} that is wrong only with tokens remembered`, async () => {
      const wrong: typeof buildGraphs = (...args) =>
        buildGraphs(...args).map((named) => withTurnedMemory(named, 'past_key_values.1.decoder.value'));
      const verdict = await verifySnapshot(await checkpointCopy(name), wrong);
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, `${layers}.1 with 3 tokens remembered`]);
    });
  }
});
