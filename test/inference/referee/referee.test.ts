import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { activations } from '../../../inference/compile/blocks/activation.js';
import { readTensors } from '../../../inference/compile/checkpoint.js';
import { buildGraphs } from '../../../inference/compile/index.js';
import { extentOf, wordsCost } from '../../../inference/referee/extent.js';
import { verifySnapshot } from '../../../inference/referee/index.js';
import { differenceOf, verdictOf } from '../../../inference/referee/verdict.js';
import { verdictProblem } from '../../../inference/runner/verdicts.js';
import { checkpointCopy, checkpointsFolder } from './checkpointCopy.js';
import { justNotAll } from './justNotAll.js';
import { wrongTensor } from './wrongTensor.js';

/** A checkpoint, and a tensor of its head that a wrong graph takes from elsewhere, and what is the first to differ. */
const cutHeads = [
  ['bert-ner', 'classifier.weight', 'the output logits'],
  ['vit-imgcls', 'classifier.weight', 'the output logits'],
  ['encoders/roberta-mlm', 'lm_head.layer_norm.weight', 'the output logits'],
  ['decoders/llama', 'model.norm.weight', 'the output last_hidden_state'],
] as const;

describe('the referee', () => {
  it('confirms the graph of a text encoder, layer by layer', async () => {
    const verdict = await verifySnapshot(await checkpointCopy('bert-ner'));
    assert.ok(verdict?.isEqual);
    assert.ok(verdict.maxError < 1e-5 && verdict.cosine > 0.999999, JSON.stringify(verdict));
    assert.deepEqual([verdict.depth, verdict.layers], [2, 2]);
  });

  it('names the first layer of a graph that is wrong', async () => {
    const wrong: typeof buildGraphs = (json, tensors, options) =>
      buildGraphs({ ...json, hidden_act: 'relu' }, tensors, options);
    const verdict = await verifySnapshot(await checkpointCopy('bert-ner'), wrong);
    assert.equal(verdict?.isEqual, false);
    assert.equal(verdict.worst, 'encoder.layer.0');
    assert.ok(verdict.maxError > 1e-3);
  });

  for (const activation of activations)
    it(`knows the activation ${activation} as the compiler does`, async () => {
      const folder = await checkpointCopy('bert-ner');
      const file = path.join(folder, 'config.json');
      const config = JSON.parse(await readFile(file, 'utf8')) as object;
      await writeFile(file, JSON.stringify({ ...config, hidden_act: activation }));
      const verdict = await verifySnapshot(folder);
      assert.ok(verdict?.isEqual, JSON.stringify(verdict));
    });

  it('finds weights to blame for which float32 has no room', async () => {
    const folder = await checkpointCopy('bert-ner');
    await fill(path.join(folder, 'model.safetensors'), /word_embeddings\.weight$/, 3e38);
    const verdict = await verifySnapshot(folder);
    assert.ok(verdict && !verdict.isEqual);
    assert.equal(verdictProblem(verdict), 'its weights are too large: numbers overflow in encoder.layer.0');
  });

  for (const [name, tensor, part] of cutHeads)
    it(`compares the head of ${name} upon the layers that are left`, async () => {
      const folder = await checkpointCopy(name);
      const found = await verifySnapshot(folder, wrongTensor(tensor), await justNotAll(folder));
      assert.deepEqual([found?.isEqual, found?.worst], [false, part], JSON.stringify(found));
      assert.ok(found!.depth < found!.layers);
    });

  it('leaves out a head that scores words, where it takes more than half of the time', async () => {
    const tensors = await readTensors(path.join(checkpointsFolder, 'encoders', 'roberta-mlm'));
    assert.equal(wordsCost('RobertaForTokenClassification', tensors), 0);
    assert.deepEqual(extentOf(24, 10, wordsCost('RobertaForMaskedLM', tensors), 100), { depth: 10, hasHead: false });
    assert.deepEqual(extentOf(24, 10, 50, 100), { depth: 5, hasHead: true });
    assert.deepEqual(extentOf(10, 10, 5000, 100), { depth: 10, hasHead: true });
  });

  it('passes a large model through its first layers only', async () => {
    const folder = await checkpointCopy('bert-ner');
    const cut: typeof buildGraphs = (json, tensors, options) => {
      assert.deepEqual(options, { isWhole: false });
      return buildGraphs(json, tensors, options);
    };
    const verdict = await verifySnapshot(folder, cut, 1);
    assert.deepEqual([verdict?.isEqual, verdict?.depth, verdict?.layers], [true, 1, 2]);
  });

  it('does not begin with a model of which one layer takes more than it may', async () => {
    await assert.rejects(verifySnapshot(await checkpointCopy('bert-ner'), buildGraphs, 1, 1000), (error: unknown) => {
      assert.ok(error instanceof HubError && error.details.isTooLarge === true);
      assert.match(String(error.details.reason), /^one layer takes \S+ billion multiplications, of at most \S+$/);
      return true;
    });
  });
});

describe('a verdict', () => {
  const depths = { depth: 2, layers: 2 };
  const equal = { maxError: 1e-7, cosine: 1 };

  it('is against errors above 1e-3, a cosine below 0.9999, and numbers that are none', () => {
    assert.equal(verdictOf(new Map([['a', equal]]), depths).isEqual, true);
    assert.equal(verdictOf(new Map([['a', { maxError: 2e-3, cosine: 1 }]]), depths).isEqual, false);
    assert.equal(verdictOf(new Map([['a', { maxError: 1e-4, cosine: 0.9998 }]]), depths).isEqual, false);
    const none = differenceOf(Float32Array.of(1, 2), Float32Array.of(1, Number.NaN));
    assert.equal(verdictOf(new Map([['a', none]]), depths).isEqual, false);
  });

  it('is against numbers that are none in both, and against no numbers at all', () => {
    const wrongs = [[Number.NaN], [Number.POSITIVE_INFINITY], [Number.NEGATIVE_INFINITY], []];
    for (const wrong of wrongs) {
      const difference = differenceOf(Float32Array.from(wrong), Float32Array.from(wrong));
      const verdict = verdictOf(new Map([['a', difference]]), depths);
      assert.deepEqual([verdict.isEqual, Number.isFinite(verdict.maxError)], [false, true], `${wrong}`);
    }
    assert.throws(() => verdictOf(new Map(), depths), /nothing was compared/);
  });

  it('takes any large number below 0 for a choice that is barred', () => {
    const expected = Float32Array.of(1, Number.NEGATIVE_INFINITY);
    assert.ok(differenceOf(expected, Float32Array.of(1, -9999)).maxError < 1e-9);
    assert.equal(differenceOf(expected, Float32Array.of(1, -1)).maxError, Number.POSITIVE_INFINITY);
  });

  it('measures errors relative to the largest number, when that is above 1', () => {
    assert.ok(Math.abs(differenceOf(Float32Array.of(0.5, 0), Float32Array.of(0.5, 0.25)).maxError - 0.25) < 1e-9);
    assert.ok(Math.abs(differenceOf(Float32Array.of(1000, 0), Float32Array.of(1000, 0.5)).maxError - 5e-4) < 1e-9);
  });

  it('holds for numbers of another count to be wrong', () => {
    assert.equal(differenceOf(Float32Array.of(1), Float32Array.of(1, 2)).maxError, Number.POSITIVE_INFINITY);
  });
});

/** Writes a number everywhere into tensors of float32. */
async function fill(file: string, names: RegExp, number: number): Promise<void> {
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { data_offsets: [number, number] }>;
  for (const [name, { data_offsets }] of Object.entries(header)) {
    if (!names.test(name)) continue;
    for (let at = data_offsets[0]; at < data_offsets[1]; at += 4) bytes.writeFloatLE(number, start + at);
  }
  await writeFile(file, bytes);
}
