import assert from 'node:assert/strict';
import path from 'node:path';
import { TextEncoding } from '../../../../inference/pipelines/encoding.js';
import { answerRequest, parseRequest } from '../../../../inference/pipelines/index.js';
import {
  Batcher,
  type BatchGraph,
  type BatchOptions,
  type Outputs,
} from '../../../../inference/runner/models/batcher.js';
import { chooseGraph } from '../../../../inference/runner/models/graphs.js';
import { loadModel } from '../../../../inference/runner/models/loadedModel.js';
import { fixtureModels } from '../../referenceCases.js';

const options: BatchOptions = { maxBatch: 8, waitMs: 0, expected: () => 1, inTurn: (work) => work() };

function encodingOf(ids: readonly number[]): TextEncoding {
  const list = () => ids.map(() => 0);
  return new TextEncoding({
    getIds: () => [...ids],
    getTokens: () => ids.map(String),
    getTypeIds: list,
    getSpecialTokensMask: list,
    getOffsets: () => ids.map(() => [0, 0]),
    getWordIds: list,
    getSequenceIds: list,
  });
}

/** A graph whose answer to a text is `answer(text, neighbours)`; the sizes of its runs are written down. */
function graphOf(answer: (ids: readonly number[], texts: number) => number): BatchGraph & { readonly sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    canPad: true,
    run: (encodings) => {
      sizes.push(encodings.length);
      const outputs = encodings.map(
        ({ ids }): Outputs =>
          new Map([['sum', { data: Float32Array.of(answer(ids, encodings.length)), dims: [1, 1] }]]),
      );
      return Promise.resolve(outputs);
    },
  };
}

const sum = (ids: readonly number[]) => ids.reduce((a, b) => a + b, 0);
const later = Number.POSITIVE_INFINITY;

describe('Batcher', () => {
  it('runs a lone text at once, and those that come meanwhile together by length', async () => {
    const graph = graphOf(sum);
    const batcher = new Batcher(graph, { ...options, waitMs: 60_000 });
    const texts = [[1], [2, 2], [3], Array<number>(30).fill(1), [5]];
    const runs = await Promise.all(texts.map((ids) => batcher.run(encodingOf(ids), later)));
    assert.deepEqual(
      runs.map(({ outputs }) => outputs.get('sum')!.data[0]),
      texts.map(sum),
    );
    // All came before the first turn; each member of the first batch was then run alone to compare.
    assert.deepEqual(graph.sizes, [4, 1, 1, 1, 1, 1]);
    assert.deepEqual(
      runs.map(({ size }) => size),
      [4, 4, 4, 1, 4],
    );
  });

  it('waits for calls that are on their way, up to its bound', async () => {
    const graph = graphOf(sum);
    const batcher = new Batcher(graph, { ...options, waitMs: 10_000, expected: () => 2 });
    const first = batcher.run(encodingOf([1]), later);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(graph.sizes, []);
    const second = batcher.run(encodingOf([2]), later);
    assert.deepEqual([(await first).size, (await second).size], [2, 2]);
    const bounded = new Batcher(graph, { ...options, waitMs: 5, expected: () => 2 });
    assert.equal((await bounded.run(encodingOf([1]), later)).size, 1);
  });

  it('batches no longer when an answer depends on its neighbours', async () => {
    const graph = graphOf((ids, texts) => sum(ids) + (texts - 1) * 1e-3);
    const batcher = new Batcher(graph, options);
    for (let round = 0; round < 2; round++) {
      const runs = await Promise.all([[1], [2]].map((ids) => batcher.run(encodingOf(ids), later)));
      assert.deepEqual(
        runs.map(({ outputs, size }) => [outputs.get('sum')!.data[0], size]),
        [
          [1, 1],
          [2, 1],
        ],
      );
    }
    assert.equal(graph.sizes.filter((size) => size > 1).length, 1);
  });

  it('runs each text alone when the batch fails, so that only the one to blame fails', async () => {
    const graph = graphOf((ids) => {
      if (ids[0] === 13) throw new Error('thirteen');
      return sum(ids);
    });
    const batcher = new Batcher(graph, options);
    const [good, bad] = await Promise.allSettled([[1], [13]].map((ids) => batcher.run(encodingOf(ids), later)));
    assert.equal(good!.status, 'fulfilled');
    assert.ok(bad!.status === 'rejected' && /thirteen/.test(String(bad!.reason)));
  });

  it('refuses what is late when its turn comes', async () => {
    const batcher = new Batcher(graphOf(sum), options);
    await assert.rejects(batcher.run(encodingOf([1]), performance.now() - 1), { code: 'DEADLINE_EXCEEDED' });
  });

  const models = [
    { name: 'minilm-sentence', task: 'feature-extraction' },
    { name: 'bert-ner', task: 'token-classification' },
    { name: 'distilbert-seqcls', task: 'text-classification' },
    { name: 'roberta-mlm', task: 'fill-mask' },
  ] as const;
  for (const { name, task } of models) {
    it(`gives the answers of single runs: ${name}`, async () => {
      const folder = path.join(fixtureModels, name);
      const { path: graph } = await chooseGraph(folder, undefined);
      const texts = ['A', 'Two words', 'The delivery was quick and the box was whole', '日本語 and emoji 🙂', 'We'];
      const inputs = texts.map((text) => (task === 'fill-mask' ? `${text} <mask>` : text));
      const requests = inputs.map((input) => parseRequest(task, input, {}));
      const usage = requests.map(() => ({ tokens: 0, batch: 0 }));
      const single = await loadModel(folder, graph, 1);
      const together = await loadModel(folder, graph, 1, { ...options, waitMs: 20, expected: () => texts.length });
      for (let round = 0; round < 6; round++) {
        const batched = await Promise.all(
          requests.map((request, index) => answerRequest(together.forCall(later, usage[index]), request)),
        );
        for (const [index, request] of requests.entries())
          assertClose(batched[index], await answerRequest(single.forCall(later), request));
      }
      assert.ok(
        usage.some(({ batch }) => batch > 1),
        'nothing was batched',
      );
      await single.release();
      await together.release();
    });
  }
});

function assertClose(actual: unknown, expected: unknown): void {
  if (typeof expected === 'number') assert.ok(Math.abs((actual as number) - expected) <= 1e-5, `${actual} ${expected}`);
  else if (typeof expected === 'object' && expected !== null)
    for (const [key, value] of Object.entries(expected)) assertClose((actual as Record<string, unknown>)[key], value);
  else assert.equal(actual, expected);
}
