import assert from 'node:assert/strict';
import { HubError } from '../../../config/errors.js';
import { type Asker, loadedFixture, loadedFolder } from '../loadedFixture.js';
import { tinyClassifier } from '../onnxGraph.js';
import { writeClassifier } from '../tinyModels.js';

const long = Array.from({ length: 600 }, (_, i) => `word${i}`).join(' ');
const oddTexts = {
  empty: '',
  spaces: ' \n\t ',
  '600 words': long,
  Chinese: '今天天气很好，我们去公园。',
  Arabic: 'مرحبا بالعالم',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈 🎉',
  'combining marks': `e\u0301a\u0308${'\u0301'.repeat(50)}`,
  'control characters': 'a\u0000b\u200b\ufeffc',
  'one word of 5000 letters': 'x'.repeat(5000),
};

describe('answers to odd inputs', () => {
  const models: Record<string, Asker> = {};
  before(async () => {
    for (const name of [
      'distilbert-seqcls',
      'bert-ner',
      'xlmr-ner',
      'bert-qa',
      'roberta-mlm',
      'minilm-sentence',
      'deberta-v3-nli',
    ]) {
      models[name] = await loadedFixture(name);
    }
  });
  const ask = (name: string): Asker => models[name]!;

  for (const [name, text] of Object.entries(oddTexts)) {
    it(`${name}: every task answers`, async () => {
      const [rows] = (await ask('distilbert-seqcls')('text-classification', text)) as [{ score: number }[]];
      assert.ok(Math.abs(rows.reduce((sum, { score }) => sum + score, 0) - 1) < 1e-6);
      for (const model of ['bert-ner', 'xlmr-ner']) {
        for (const strategy of ['none', 'simple', 'first', 'average', 'max']) {
          const entities = await ask(model)('token-classification', text, { aggregation_strategy: strategy });
          for (const { start, end } of entities as { start: number; end: number }[])
            assert.ok(0 <= start && start <= end);
        }
      }
      const filled = (await ask('roberta-mlm')('fill-mask', `<mask> ${text}`)) as unknown[];
      assert.equal(filled.length, 5);
      const embedding = (await ask('minilm-sentence')('feature-extraction', text)) as number[];
      assert.ok(embedding.length > 0 && embedding.every(Number.isFinite));
      if (text === '') return;
      const answer = (await ask('bert-qa')('question-answering', { question: text, context: text })) as {
        score: number;
      };
      assert.ok(answer.score >= 0 && answer.score <= 1);
      const zero = await ask('deberta-v3-nli')('zero-shot-classification', text, { candidate_labels: 'a,b' });
      assert.equal((zero as { labels: string[] }).labels.length, 2);
    });
  }

  it('a list answers as its texts do one by one', async () => {
    const list = ['The delivery was quick.', long, '', '今天'];
    for (const [model, task] of [
      ['distilbert-seqcls', 'text-classification'],
      ['bert-ner', 'token-classification'],
      ['minilm-sentence', 'feature-extraction'],
    ] as const) {
      const together = (await ask(model)(task, list)) as unknown[];
      const alone: unknown[] = [];
      for (const text of list) {
        const answer = await ask(model)(task, text);
        alone.push(task === 'text-classification' ? (answer as unknown[])[0] : answer);
      }
      assert.deepEqual(together, alone);
    }
  });

  it('a text of many windows keeps offsets in code points', async () => {
    const context = `${'👍🏽 '.repeat(150)}The river is called Danube.`;
    const found = (await ask('bert-qa')(
      'question-answering',
      { question: 'Which river?', context },
      { max_seq_len: 40, top_k: 3 },
    )) as {
      start: number;
      end: number;
      answer: string;
    }[];
    const points = Array.from(context);
    for (const { start, end, answer } of found) assert.equal(points.slice(start, end).join(''), answer);
  });

  it('reads a long text in windows when a stride is given', async () => {
    const cut = (await ask('bert-ner')('token-classification', long)) as { end: number }[];
    const windows = (await ask('bert-ner')('token-classification', long, { stride: 16 })) as {
      start: number;
      end: number;
    }[];
    assert.ok(windows.at(-1)!.end > cut.at(-1)!.end);
    assert.ok(windows.every(({ start }, index) => index === 0 || windows[index - 1]!.start <= start));
  });

  it('reads a list of one masked text as that text, as Python does', async () => {
    const alone = await ask('roberta-mlm')('fill-mask', 'The <mask> is here.');
    assert.deepEqual(await ask('roberta-mlm')('fill-mask', ['The <mask> is here.']), alone);
  });

  it('cuts where max_length says', async () => {
    const classify = ask('distilbert-seqcls');
    const cut = await classify('text-classification', 'The delivery was quick and the film was good', {
      max_length: 5,
    });
    assert.notDeepEqual(cut, await classify('text-classification', 'The delivery was quick and the film was good'));
    const tokens = await ask('minilm-sentence')('feature-extraction', long, { pooling: 'none', max_length: 7 });
    assert.equal((tokens as unknown[][])[0]!.length, 7);
  });

  it('takes an empty second text for none', async () => {
    const classify = ask('distilbert-seqcls');
    const pair = await classify('text-classification', { text: 'good film', text_pair: '' });
    assert.deepEqual(pair, await classify('text-classification', 'good film'));
  });

  it('takes the labels of a list as they stand, those of a text without spaces', async () => {
    const zero = ask('deberta-v3-nli');
    const labelsOf = async (candidate_labels: unknown) =>
      ((await zero('zero-shot-classification', 'a cat', { candidate_labels })) as { labels: string[] }).labels.sort();
    assert.deepEqual(await labelsOf([' a, b ', 'c']), [' a, b ', 'c']);
    assert.deepEqual(await labelsOf(' a , b,,'), ['a', 'b']);
  });

  it('reads the forms of a hypothesis that say the same alike', async () => {
    const scoresOf = async (hypothesis_template: string) =>
      (
        (await ask('deberta-v3-nli')('zero-shot-classification', 'a cat', {
          candidate_labels: ['cat', 'dog'],
          hypothesis_template,
        })) as { scores: number[] }
      ).scores;
    const scores = await scoresOf('{{It}} is {}.');
    for (const template of ['{{It}} is {0}.', '{{It}} is {:s}.', '{{It}} is {0:s}.'])
      assert.deepEqual(await scoresOf(template), scores);
    assert.notDeepEqual(await scoresOf('It is {}.'), scores);
  });

  it('takes functions and strategies in capitals too', async () => {
    const none = await ask('distilbert-seqcls')('text-classification', 'good', { function_to_apply: 'NONE' });
    assert.deepEqual(
      none,
      await ask('distilbert-seqcls')('text-classification', 'good', { function_to_apply: 'none' }),
    );
  });

  it('normalises and pools as asked', async () => {
    const plain = (await ask('minilm-sentence')('feature-extraction', 'good', { pooling: 'cls' })) as number[];
    const tokens = (await ask('minilm-sentence')('feature-extraction', 'good', { pooling: 'none' })) as number[][][];
    assert.equal(tokens.length, 1);
    const asked = { pooling: 'cls', normalize: true };
    const normalise = (await ask('minilm-sentence')('feature-extraction', 'good', asked)) as number[];
    const norm = Math.sqrt(normalise.reduce((sum, value) => sum + value * value, 0));
    assert.ok(Math.abs(norm - 1) < 1e-6);
    assert.equal(plain.length, tokens[0]![0]!.length);
  });
});

describe('bodies that are refused', () => {
  let classifier: Asker;
  let reader: Asker;
  before(async () => {
    classifier = await loadedFixture('distilbert-seqcls');
    reader = await loadedFixture('bert-qa');
  });

  const zero = 'zero-shot-classification';
  const rows: readonly (readonly [
    task: string,
    inputs: unknown,
    parameters: Record<string, unknown>,
    reason: RegExp,
  ])[] = [
    ['text-classification', 7, {}, /^inputs: takes a text/],
    ['text-classification', undefined, {}, /^inputs: takes a text/],
    ['text-classification', [], {}, /^inputs: takes a text/],
    ['text-classification', { text_pair: 'b' }, {}, /^inputs: takes a text or/],
    ['text-classification', 'a', { top_k: -1 }, /^parameters\.top_k: /],
    ['text-classification', 'a\ud83d b', {}, /^inputs: a text holds half a character/],
    ['text-classification', 'a', { function_to_apply: 'tanh' }, /^parameters\.function_to_apply: /],
    ['text-classification', long, { truncation: false }, /the text has \d+ tokens, the model reads at most 128/],
    ['text-classification', 'a'.repeat(1_000_001), {}, /1000000 characters/],
    ['token-classification', 'a', { aggregation_strategy: 'best' }, /^parameters\.aggregation_strategy: /],
    ['question-answering', 'a', {}, /^inputs: takes \{question, context\}/],
    ['question-answering', { question: '', context: 'b' }, {}, /question/],
    ['question-answering', { question: 'a', context: 'b' }, { doc_stride: 200 }, /doc_stride \(200\) is larger/],
    ['fill-mask', 'a', {}, /no \[MASK\] in the part/],
    [zero, 'a', {}, /^parameters\.candidate_labels: takes 1 to 100 labels/],
    [zero, 'a', { candidate_labels: [] }, /^parameters\.candidate_labels: takes 1 to 100 labels/],
    [
      zero,
      'a',
      { candidate_labels: ['x'], hypothesis_template: 'about' },
      /^parameters\.hypothesis_template: has no \{\}/,
    ],
    [
      zero,
      'a',
      { candidate_labels: ['x'], hypothesis_template: '{} and {}' },
      /^parameters\.hypothesis_template: takes \{\} once/,
    ],
    ...['{!r} it', '{:>12} it', '{label} {}', 'it is {', '} {}'].map(
      (hypothesis_template) =>
        [
          zero,
          'a',
          { candidate_labels: ['x'], hypothesis_template },
          /^parameters\.hypothesis_template: takes \{\} or \{0\} for the label/,
        ] as const,
    ),
    ['sentence-similarity', { source_sentence: 'a' }, {}, /^inputs: takes \{source_sentence, sentences\}/],
  ];
  for (const [task, inputs, parameters, reason] of rows) {
    it(`${task} ${JSON.stringify(inputs)?.slice(0, 40)} ${JSON.stringify(parameters).slice(0, 40)}`, async () => {
      const ask = task === 'question-answering' ? reader : classifier;
      await assert.rejects(ask(task, inputs, parameters), (error: unknown) => {
        assert.ok(error instanceof HubError, String(error));
        assert.equal(error.code, 'INFERENCE_INPUT_INVALID');
        assert.match(error.message, reason);
        return true;
      });
    });
  }

  it('a task that the graph cannot answer says which output is missing', async () => {
    await assert.rejects(
      classifier('feature-extraction', 'a'),
      /needs a graph with the output last_hidden_state \[1, tokens, size\]; this one gives logits \[1, 2\]/,
    );
  });

  const misfits: readonly (readonly [model: string, task: string, inputs: unknown, reason: RegExp])[] = [
    [
      'bert-ner',
      'fill-mask',
      'a [MASK].',
      /fill-mask needs a score for each of the \d+ words of .*; its graph gives 9$/,
    ],
    ['minilm-sentence', 'fill-mask', 'a [MASK].', /logits \[1, tokens, vocabulary\]; this one gives .*\[1, \d+, \d+\]/],
    ['minilm-sentence', 'token-classification', 'a', /logits \[1, tokens, labels\]; this one gives/],
    ['roberta-mlm', 'token-classification', 'a', /score for each label; its graph gives one for each word/],
    [
      'bert-ner',
      'text-classification',
      'a',
      /needs a graph with the output logits \[1, labels\]; .* logits \[1, 3, 9\]/,
    ],
    ['distilbert-seqcls', 'token-classification', 'a', /logits \[1, tokens, labels\]; this one gives logits \[1, 2\]/],
  ];
  for (const [model, task, inputs, reason] of misfits) {
    it(`${task} of ${model}`, async () => {
      const ask = await loadedFixture(model);
      await assert.rejects(ask(task, inputs), (error: unknown) => {
        assert.ok(error instanceof HubError, String(error));
        assert.equal(error.code, 'INFERENCE_UNAVAILABLE');
        assert.match(error.message, reason);
        return true;
      });
    });
  }

  it('a graph with other classes than config.json has labels', async () => {
    const config = JSON.stringify({ model_type: 'bert', id2label: { 0: 'A', 1: 'B', 2: 'C' } });
    const ask = await loadedFolder(await writeClassifier(tinyClassifier(), { 'config.json': config }));
    await assert.rejects(ask('text-classification', 'good'), /each of the 3 labels of config.json; its graph gives 2$/);
    const unnamed = await writeClassifier(tinyClassifier(), { 'config.json': '{"model_type":"bert"}' });
    assert.ok(await (await loadedFolder(unnamed))('text-classification', 'good'));
  });

  it('zero-shot by a model without an entailment label takes the last one, as Python does', async () => {
    const answer = await classifier('zero-shot-classification', 'a', { candidate_labels: ['x', 'y'] });
    assert.equal((answer as { labels: string[] }).labels.length, 2);
  });

  it('a task that is not answered here, and one that is none', async () => {
    await assert.rejects(classifier('text-to-video', 'a'), /the task text-to-video is not answered here/);
    await assert.rejects(classifier('mind-reading', 'a'), /there is no task "mind-reading"/);
  });
});
