import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildGraphs } from '../../../inference/compile/index.js';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { withSwappedOutputs, withTurnedMemory } from './changedNodes.js';
import { checkpointCopy, checkpointsFolder } from './checkpointCopy.js';
import { assertConfirmed, verdictWith } from './checks.js';
import { wrongTensor } from './wrongTensor.js';

const names = readdirSync(path.join(checkpointsFolder, 'encoderDecoders')).filter((name) => !name.includes('.'));

/** config.json as a wrong graph would read it, and what is the first to differ. */
const wrong: readonly (readonly [checkpoint: string, key: string, value: unknown, worst: string])[] = [
  ['bart', 'activation_function', 'relu', 'encoder.layers.0'],
  ['bart', 'scale_embedding', true, 'encoder.layers.0'],
  ['t5-gated', 'tie_word_embeddings', true, 'the output logits of decoder_model_merged'],
  ['bart-seqcls', 'decoder_start_token_id', 5, 'decoder.layers.0'],
  ['mbart-seqcls', 'pad_token_id', 39, 'decoder.layers.0'],
  ['marian', 'activation_function', 'gelu', 'encoder.layers.0'],
  ['pegasus', 'scale_embedding', false, 'encoder.layers.0'],
  ['mt5', 'layer_norm_epsilon', 0.5, 'encoder.block.0'],
  ['t5', 'relative_attention_max_distance', 6, 'encoder.block.0'],
  ['t5', 'feed_forward_proj', 'gelu', 'encoder.block.0'],
];

/** Decoders' first layers, as they are named while tokens are remembered. */
const remembering = [
  ['checkpoints/encoderDecoders/bart', 'decoder.layers.0'],
  ['checkpoints/encoderDecoders/m2m100', 'decoder.layers.0'],
  ['checkpoints/encoderDecoders/marian', 'decoder.layers.0'],
  ['checkpoints/encoderDecoders/t5', 'decoder.block.0'],
  ['soundModels/whisper-english', 'decoder.layers.0'],
] as const;

describe('the referee of encoders with decoders', () => {
  for (const name of names)
    it(`confirms both graphs of ${name}, whole and cut to their first layers`, async () => {
      await assertConfirmed(await checkpointCopy(path.join('encoderDecoders', name)));
    });

  it('reads the table of places that a file of Pegasus holds, whatever is in it', async () => {
    const folder = await checkpointCopy('encoderDecoders/pegasus');
    await changePlaces(folder);
    const verdict = await verifySnapshot(folder);
    assert.ok(verdict?.isEqual && verdict.maxError < 1e-5, JSON.stringify(verdict));
  });

  for (const [name, key, value, worst] of wrong)
    it(`finds another ${key} in ${name}`, async () => {
      const folder = await checkpointCopy(path.join('encoderDecoders', name));
      const verdict = await verdictWith(folder, { [key]: value });
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, worst], JSON.stringify(verdict));
    });

  it('names the layer of the decoder that takes the weights of another', async () => {
    const folder = await checkpointCopy('encoderDecoders/bart');
    const verdict = await verifySnapshot(folder, (json, tensors, options) => {
      const other = tensors.find(({ name }) => name === 'model.decoder.layers.0.fc1.weight')!;
      const swapped = tensors.map((tensor) =>
        tensor.name === 'model.decoder.layers.1.fc1.weight' ? { ...other, name: tensor.name } : tensor,
      );
      return buildGraphs(json, swapped, options);
    });
    assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, 'decoder.layers.1']);
  });

  for (const [fixture, layer] of remembering)
    it(`finds a decoder of ${path.basename(fixture)} that is wrong only with tokens remembered`, async () => {
      const wrong: typeof buildGraphs = (...args) =>
        buildGraphs(...args).map((named) => withTurnedMemory(named, 'past_key_values.0.decoder.value'));
      const verdict = await verifySnapshot(await checkpointCopy(path.join('..', fixture)), wrong);
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, `${layer} with 3 tokens remembered`]);
    });

  for (const [name, tensor] of [
    ['bart', 'model.decoder.layers.1.encoder_attn.v_proj.weight'],
    ['t5', 'decoder.block.1.layer.1.EncDecAttention.v.weight'],
  ] as const)
    it(`names the values of the encoder's tokens of ${name} that are made with other weights`, async () => {
      const folder = await checkpointCopy(`encoderDecoders/${name}`);
      const verdict = await verifySnapshot(folder, wrongTensor(tensor));
      const worst = 'the output present.1.encoder.value of encoder_model';
      assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, worst]);
    });

  it('names what the decoder remembers of its own tokens, where that alone is wrong', async () => {
    const [key, value] = ['present.1.decoder.key', 'present.1.decoder.value'];
    const wrong: typeof buildGraphs = (...args) =>
      buildGraphs(...args).map((named) => withSwappedOutputs(named, key!, value!));
    const verdict = await verifySnapshot(await checkpointCopy('encoderDecoders/bart'), wrong);
    const worst = 'the output present.1.decoder.key of decoder_model_merged';
    assert.deepEqual([verdict?.isEqual, verdict?.worst], [false, worst]);
  });
});

/** Gives encoder and decoder tables of places that are no sines. */
async function changePlaces(folder: string): Promise<void> {
  const file = path.join(folder, 'model.safetensors');
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
  for (const part of ['encoder', 'decoder']) {
    const [from, to] = header[`model.${part}.embed_positions.weight`]!.data_offsets;
    for (let at = from; at < to; at += 4) bytes.writeFloatLE(((at + part.charCodeAt(0)) % 19) / 10 - 1, start + at);
  }
  await writeFile(file, bytes);
}
