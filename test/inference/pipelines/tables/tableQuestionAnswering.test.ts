import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseInOrder } from '../../../../config/orderedKeys.js';
import { projectRoot } from '../../../../config/projectRoot.js';
import { answerRequest, parseRequest } from '../../../../inference/pipelines/index.js';
import type { Model, TypedTensor } from '../../../../inference/pipelines/model.js';

const vocabulary = readFileSync(path.join(projectRoot, 'test', 'fixtures', 'tables', 'vocab.txt'), 'utf8');
const tokens = vocabulary.split('\n');

interface Ask {
  readonly table: unknown;
  readonly query?: unknown;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Chooses the cells that hold the token "1", or where the last answer is marked, those with "2"; aggregation 1. */
function asks({ config = {} }: Ask): Model {
  const graph = {
    inputs: [],
    outputs: [],
    run: async (feeds: Readonly<Record<string, TypedTensor>>) => {
      const ids = [...feeds.input_ids!.data].map(Number);
      const marks = [...feeds.token_type_ids!.data].map(Number).filter((_, index) => index % 7 === 3);
      const wanted = marks.includes(1) ? '2' : '1';
      const data = Float32Array.from(ids, (id) => (tokens[id] === wanted ? 9 : -9));
      return new Map<string, TypedTensor>([
        ['logits', { type: 'float32', data, dims: [1, ids.length] }],
        ['logits_aggregation', { type: 'float32', data: Float32Array.of(0, 2, 1), dims: [1, 3] }],
      ]);
    },
  };
  const settings = { config, tokenizer: {}, generation: {}, preprocessor: {} };
  const file = async (name: string) => (name === 'vocab.txt' ? vocabulary : null);
  return { settings, maxLength: 512, graph: () => graph, file } as unknown as Model;
}

function answer(ask: Ask): Promise<unknown> {
  const { table, query } = ask;
  const request = parseRequest('table-question-answering', { table, query }, ask.parameters ?? {});
  return answerRequest(asks(ask), request);
}

const table = { a: ['1', '2', '3'], b: ['x', '1', '1'] };
const coordinates = [
  [0, 0],
  [1, 1],
  [2, 1],
];

describe('table-question-answering', () => {
  it('cells, their places row by row, and what is done with them', async () => {
    const config = { aggregation_labels: { 0: 'NONE', 1: 'SUM', 2: 'COUNT' }, no_aggregation_label_index: 0 };
    const cells = ['1', '1', '1'];
    const expected = { answer: 'SUM > 1, 1, 1', coordinates, cells, aggregator: 'SUM' };
    assert.deepEqual(await answer({ table, query: 'a?', config }), expected);
    const none = { ...config, no_aggregation_label_index: 1 };
    assert.deepEqual(await answer({ table, query: 'a?', config: none }), { ...expected, answer: '1, 1, 1' });
    assert.deepEqual(await answer({ table, query: 'a?' }), { answer: '1, 1, 1', coordinates, cells });
  });

  it('a table may come as rows or as records, with numbers', async () => {
    const first = await answer({ table, query: 'a?' });
    const rows = [
      ['a', 'b'],
      [1, 'x'],
      [2, 1],
      [3, 1],
    ];
    assert.deepEqual(await answer({ table: rows, query: 'a?' }), first);
    const records = [
      { a: '1', b: 'x' },
      { a: '2', b: '1' },
      { a: '3', b: '1' },
    ];
    assert.deepEqual(await answer({ table: records, query: 'a?' }), first);
  });

  it('columns that are years stay where they were', async () => {
    const inOrder = parseInOrder('{"name": ["x"], "2019": ["1"], "2018": ["1 \\"2\\": x"]}');
    assert.deepEqual(await answer({ table: inOrder, query: 'a?' }), {
      answer: '1',
      coordinates: [[0, 1]],
      cells: ['1'],
    });
  });

  it('several questions have several answers, which know the one before when asked in sequence', async () => {
    const query = ['a?', 'b?'];
    const apart = (await answer({ table, query })) as readonly { coordinates: unknown }[];
    assert.deepEqual(
      apart.map((one) => one.coordinates),
      [coordinates, coordinates],
    );
    const inSequence = (await answer({ table, query, parameters: { sequential: true } })) as typeof apart;
    assert.deepEqual(
      inSequence.map((one) => one.coordinates),
      [coordinates, [[1, 0]]],
    );
  });

  for (const [what, ask, reason] of [
    ['no question', { table }, /inputs\.query: is missing|is missing/],
    ['an empty table', { table: {}, query: 'a?' }, /is empty/],
    ['columns of different lengths', { table: { a: ['1'], b: [] }, query: 'a?' }, /different lengths/],
    ['a text for a table', { table: 'a,b', query: 'a?' }, /takes a map of names/],
    ['a question without end', { table, query: 'a '.repeat(600) }, /more than the 512 tokens/],
    ['more columns than vectors', { table, query: 'a?', config: { type_vocab_sizes: [3, 2] } }, /more columns than/],
  ] as const) {
    it(`refuses ${what}`, () => assert.rejects(async () => answer(ask), reason));
  }
});
