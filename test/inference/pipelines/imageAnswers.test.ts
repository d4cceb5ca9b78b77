import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { decodeImage } from '../../../inference/images/decodeImage.js';
import { greyPng } from '../../../inference/images/encodePng.js';
import { answerRequest, parseRequest } from '../../../inference/pipelines/index.js';
import type { LoadedGraph, Model, Port, TypedTensor } from '../../../inference/pipelines/model.js';
import { withNestedLists } from '../../../inference/pipelines/numberTable.js';

interface AnswerCase {
  readonly name: string;
  readonly task: string;
  readonly size: readonly [number, number];
  readonly labels: number;
  readonly outputs: Readonly<Record<string, { dims: readonly number[]; seed: number; factor: number }>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
}

const file = path.join(projectRoot, 'test', 'fixtures', 'images', 'answers.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly AnswerCase[];

/** What make_answers.py gives as the outputs of a model. */
function outputsOf({ outputs }: AnswerCase): ReadonlyMap<string, TypedTensor> {
  return new Map(
    Object.entries(outputs).map(([name, { dims, seed, factor }]) => {
      const count = dims.reduce((product, length) => product * length, 1);
      const data = Float32Array.from(
        { length: count },
        (_, i) => (((31 * i * i + 17 * i + 7919 * seed) % 2039) / 1024 - 1) * factor,
      );
      return [name, { type: 'float32', dims, data: name === 'pred_boxes' ? data.map((x) => x * 0.5 + 0.5) : data }];
    }),
  );
}

const port = (name: string, type = 'float32', dims: readonly (number | null)[] = [null]): Port => ({
  name,
  type,
  dims,
});

interface Faked {
  readonly labels?: number;
  readonly inputs?: readonly Port[];
  readonly preprocessor?: Readonly<Record<string, unknown>>;
  readonly onRun?: (feeds: Readonly<Record<string, TypedTensor>>) => void;
}

function modelGiving(outputs: ReadonlyMap<string, TypedTensor>, faked: Faked = {}): Model {
  const { labels = 0, inputs = [port('pixel_values')], onRun = () => {} } = faked;
  const preprocessor = faked.preprocessor ?? { image_processor_type: 'ViTImageProcessor', size: 4 };
  const graph: LoadedGraph = {
    inputs,
    outputs: [],
    run: (feeds) => {
      onRun(feeds);
      return Promise.resolve(outputs);
    },
    runForOne: () => Promise.resolve(null),
  };
  return {
    config: {
      modelType: 'vit',
      architectures: [],
      problemType: null,
      labels: labels > 0 ? Array.from({ length: labels }, (_, i) => `class ${i}`) : null,
      labelIds: new Map(),
    },
    settings: { config: {}, tokenizer: {}, generation: {}, preprocessor },
    maxLength: 512,
    sentence: null,
    get tokenizer(): never {
      throw new Error('an image model was asked for its tokenizer');
    },
    run: () => Promise.reject(new Error('an image model was given a text')),
    graph: (name) => (name === 'model' ? graph : null),
    file: () => Promise.resolve(null),
  };
}

const picture = (height: number, width: number): string =>
  greyPng(
    { height, width },
    Uint8Array.from({ length: height * width }, (_, i) => i % 256),
  );

async function ask(model: Model, task: string, inputs: unknown, parameters: object = {}): Promise<unknown> {
  return withNestedLists(await answerRequest(model, parseRequest(task, inputs, parameters)));
}

async function greysOf(png: string): Promise<Uint8Array> {
  const { data } = await decodeImage(new Uint8Array(Buffer.from(png, 'base64')));
  return data.filter((_, i) => i % 3 === 0);
}

/** Masks as the hashes that the fixture has, depths as their pixels. */
async function readable(answer: unknown): Promise<unknown> {
  if (Array.isArray(answer)) return Promise.all(answer.map(readable));
  const row = answer as { readonly mask?: string; readonly depth?: string };
  if (row.mask)
    return {
      ...row,
      mask: createHash('sha256')
        .update(await greysOf(row.mask))
        .digest('hex'),
    };
  return row.depth ? { ...row, depth: Array.from(await greysOf(row.depth)) } : row;
}

function assertClose(got: unknown, want: unknown, at: string): void {
  // A depth between two greys may fall to either.
  const tolerance = at.includes('.depth') ? 1 : 1e-5;
  if (typeof want === 'number')
    return assert.ok(Math.abs(Number(got) - want) <= tolerance, `${at}: want ${want}, got ${got}`);
  if (typeof want !== 'object' || want === null) return assert.equal(got, want, at);
  assert.deepEqual(Object.keys(got as object).sort(), Object.keys(want).sort(), at);
  for (const [key, value] of Object.entries(want))
    assertClose((got as Record<string, unknown>)[key], value, `${at}.${key}`);
}

describe('answers about images', () => {
  for (const one of cases)
    it(`${one.task}: ${one.name} as transformers gives them`, async () => {
      const model = modelGiving(outputsOf(one), { labels: one.labels });
      const answer = await ask(model, one.task, picture(...one.size), one.parameters);
      assertClose(await readable(answer), one.answer, 'answer');
    });

  const logits = (...values: number[]): ReadonlyMap<string, TypedTensor> =>
    new Map([['logits', { type: 'float32', dims: [1, values.length], data: Float32Array.from(values) }]]);

  it('gives the five best classes, or as many as are asked for, of one image or of several', async () => {
    const model = modelGiving(logits(1, 2, 3, 4, 5, 6), { labels: 6 });
    const five = (await ask(model, 'image-classification', picture(3, 4))) as { label: string }[];
    assert.deepEqual(
      five.map(({ label }) => label),
      ['class 5', 'class 4', 'class 3', 'class 2', 'class 1'],
    );
    const two = await ask(model, 'image-classification', [picture(3, 4), picture(4, 3)], { top_k: 1 });
    assert.equal((two as unknown[][]).flat().length, 2);
    const raw = await ask(model, 'image-classification', picture(3, 4), { function_to_apply: 'none', top_k: 1 });
    assert.deepEqual(raw, [{ label: 'class 5', score: 6 }]);
  });

  it('feeds the mask that says what was padded', async () => {
    const preprocessor = {
      image_processor_type: 'DetrImageProcessor',
      size: { height: 2, width: 2 },
      pad_size: { height: 3, width: 4 },
    };
    let mask: TypedTensor | undefined;
    const model = modelGiving(outputsOf(cases.find(({ name }) => name === 'boxes')!), {
      labels: 4,
      inputs: [port('pixel_values'), port('pixel_mask', 'int64', [null, null, null])],
      preprocessor,
      onRun: (feeds) => {
        mask = feeds.pixel_mask;
      },
    });
    await ask(model, 'object-detection', picture(9, 9));
    assert.deepEqual(mask?.dims, [1, 3, 4]);
    assert.deepEqual(Array.from(mask?.data as BigInt64Array, Number), [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
  });

  const image = picture(3, 4);
  const rows: readonly (readonly [string, Model, string, unknown, object, RegExp])[] = [
    [
      'an address',
      modelGiving(logits(1)),
      'image-classification',
      'http://127.0.0.1/x.png',
      {},
      /inputs: is an address/,
    ],
    ['no image', modelGiving(logits(1)), 'image-classification', 'AAAA', {}, /no image of a kind/],
    ['too few scores', modelGiving(logits(1), { labels: 3 }), 'image-classification', image, {}, /3 labels .* gives 1/],
    [
      'another graph',
      modelGiving(logits(1)),
      'image-segmentation',
      image,
      {},
      /output logits of 4 dimensions.*logits \[1, 1\]/,
    ],
    [
      'other inputs',
      modelGiving(logits(1), { inputs: [port('bbox')] }),
      'object-detection',
      image,
      {},
      /asks for the input "bbox"/,
    ],
    ['no pooler', modelGiving(logits(1)), 'image-feature-extraction', image, { pool: true }, /has no pooler/],
    ['no labels', modelGiving(logits(1)), 'zero-shot-image-classification', image, {}, /candidate_labels/],
    ['no question', modelGiving(logits(1)), 'visual-question-answering', { image }, {}, /inputs/],
    [
      'no settings',
      modelGiving(logits(1), { preprocessor: {} }),
      'image-classification',
      image,
      {},
      /no preprocessor_config/,
    ],
  ];
  for (const [name, model, task, inputs, parameters, reason] of rows)
    it(`refuses ${name}`, () => assert.rejects(ask(model, task, inputs, parameters), reason));
});
