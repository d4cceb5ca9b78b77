import assert from 'node:assert/strict';
import type { VNode } from 'preact';
import { InChrome } from '../../../views/chrome.js';
import { renderFragment } from '../../../views/render.js';
import { WidgetAnswer } from '../../../views/widgets/answer.js';
import { addressOf, addressValues, exampleValues, widgetRequest, widgetValues } from '../../../views/widgets/inputs.js';
import { prettyJson } from '../../../views/widgets/json.js';
import { type WidgetResult, WidgetResultView } from '../../../views/widgets/result.js';

const chrome = { assets: { icons: '/icons.svg' } } as unknown as Parameters<typeof InChrome>[0]['value'];
const html = (node: VNode): string => renderFragment(<InChrome value={chrome}>{node}</InChrome>);
const text = (node: VNode): string =>
  html(node)
    .replace(/<svg.*?<\/svg>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const answer = (task: string, output: unknown, values: Record<string, string> = {}): VNode => (
  <WidgetAnswer task={task} output={output} values={values} />
);

describe('answers of widgets', () => {
  const shown: readonly [task: string, output: unknown, values: Record<string, string>, text: RegExp][] = [
    ['text-classification', [[{ label: 'POS', score: 0.9 }]], {}, /POS 0\.900/],
    ['text-classification', [{ label: 'POS', score: 0.9 }], {}, /POS 0\.900/],
    ['text-classification', [], {}, /No class\./],
    ['zero-shot-classification', { labels: ['a', 'b'], scores: [0.7, 0.3] }, {}, /a 0\.700 b 0\.300/],
    ['zero-shot-classification', [{ label: 'a', score: 0.7 }], {}, /a 0\.700/],
    [
      'question-answering',
      { answer: 'Rome', score: 0.5, start: 3, end: 7 },
      { context: 'In Rome' },
      /Rome 0\.500 In Rome/,
    ],
    ['question-answering', { answer: '', score: 0.5, start: 0, end: 0 }, { context: 'x' }, /found no answer/],
    ['question-answering', { answer: 'Rome', score: 0.5, start: 3, end: 99 }, { context: 'In' }, /^Rome 0\.500$/],
    ['question-answering', { text: 'From the card' }, {}, /^From the card$/],
    [
      'table-question-answering',
      {
        answer: 'SUM > 1, 2',
        coordinates: [
          [0, 1],
          [2, 1],
        ],
        cells: ['1', '2'],
        aggregator: 'SUM',
      },
      {},
      /^SUM > 1, 2 2 matches: 1 2 · SUM$/,
    ],
    [
      'table-question-answering',
      { answer: 'NONE > 2', coordinates: [[1, 0]], cells: ['2'], aggregator: 'NONE' },
      { table: 'a,b\n1,x\n2,y' },
      /^2 1 match: 2 a b 1 x 2 y$/,
    ],
    ['table-question-answering', { answer: '', coordinates: [], cells: [] }, {}, /No matches/],
    ['table-question-answering', { answer: 'only this' }, {}, /^only this$/],
    ['document-question-answering', [{ answer: 'May 3', start: 1, end: 2 }], {}, /^May 3$/],
    ['document-question-answering', [{ answer: 'May 3', score: 0.8 }], {}, /May 3 0\.800/],
    ['visual-question-answering', [], {}, /No answer\./],
    [
      'audio-to-audio',
      [
        { label: 'voice', blob: 'AAAA', 'content-type': 'audio/wav' },
        { label: 'noise', blob: 'AAAA', 'content-type': 'audio/flac' },
      ],
      {},
      /^voice Download voice noise Download noise$/,
    ],
    ['audio-to-audio', [], {}, /No sound came out\./],
    [
      'voice-activity-detection',
      [
        { start: 0, end: 1.5, label: 'speaker 1' },
        { start: 2, end: 62 },
      ],
      {},
      /^0:00\.0 – 0:01\.5 speaker 1 0:02\.0 – 1:02\.0 speech$/,
    ],
    ['voice-activity-detection', [], {}, /No speech detected\./],
    ['text-to-image', { blob: 'AAAA', 'content-type': 'image/png' }, { text: 'a cat' }, /^Download$/],
    ['image-to-image', { blob: 'AAAA', 'content-type': 'image/png' }, {}, /^Download$/],
    ['tabular-classification', ['good', 3], {}, /^Row Prediction 1 good 2 3$/],
    ['tabular-regression', [1.5], { structured_data: 'a,b\n1,2' }, /^a b Prediction 1 2 1\.5$/],
    ['tabular-regression', [1.5], { structured_data: 'a,b\n1,2\n3,4' }, /^Row Prediction 1 1\.5$/],
    ['fill-mask', [{ token_str: ' capital', score: 0.8 }], {}, /␣capital 0\.800/],
    ['fill-mask', [{ token_str: '', score: 0.8 }], {}, /\(empty\) 0\.800/],
    ['fill-mask', [{ token_str: '\n', score: 0.8 }], {}, /\[U\+000A\] 0\.800/],
    [
      'fill-mask',
      [[{ token_str: 'a', score: 0.8 }], [{ token_str: 'b', score: 0.7 }]],
      {},
      /Mask 1 .*a 0\.800 Mask 2 .*b 0\.700/,
    ],
    ['sentence-similarity', [0.5, -0.25], { sentences: 'One\n\nTwo' }, /One 0\.500 Two -0\.250/],
    ['feature-extraction', [0.1, 0.2], {}, /^2 one vector for the text 0 0\.1000 1 0\.2000 Download as JSON or CSV$/],
    [
      'feature-extraction',
      [
        [
          [0.1, 0.2],
          [0.3, 0.4],
        ],
      ],
      {},
      /^1 × 2 × 2 .*Vector 0 1 0 0\.100 0\.200 1 0\.300 0\.400 .*Download as JSON or CSV$/,
    ],
    ['token-classification', [], { text: 'x' }, /No entities found/],
    ['image-classification', [{ label: 'cat', score: 0.9 }], {}, /cat 0\.900/],
    ['audio-classification', [{ label: 'dog', score: 0.9 }], {}, /dog 0\.900/],
    ['object-detection', [], {}, /No object detected/],
    [
      'object-detection',
      [{ label: 'cat', score: 0.9, box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 } }],
      {},
      /cat \(1, 2 – 3, 4\) 0\.900/,
    ],
    ['object-detection', [{ label: 'cat', score: 0.9 }], {}, /unexpected form/],
    ['image-segmentation', [{ label: 'sky', score: null, mask: 'iVBORw0KGgo=' }], {}, /sky/],
    ['image-segmentation', [{ label: 'sky', score: null, mask: 'x" onerror="' }], {}, /unexpected form/],
    ['image-segmentation', [], {}, /No segment found/],
    ['depth-estimation', { depth: 'javascript:1' }, {}, /unexpected form/],
    ['visual-question-answering', [{ answer: 'two', score: 0.9 }], {}, /two 0\.900/],
    ['image-to-text', [{ generated_text: 'a cat' }], {}, /^a cat$/],
    ['text-generation', [{ generated_text: 'a cat' }, { generated_text: ' sat' }], {}, /^a cat sat$/],
    ['text-generation', [{ generated_text: 'a cat sat' }], { text: 'a cat' }, /^a cat sat Continue Undo$/],
    ['text-generation', [{ generated_text: 'a cat' }], { text: 'a cat' }, /No text was generated/],
    ['text-generation', [{ generated_text: [{ role: 'assistant', content: 'Yes.' }] }], {}, /^Yes\. Continue Undo$/],
    ['summarization', [{ summary_text: 'short' }], {}, /^short$/],
    ['translation', [{ translation_text: 'kurz' }], {}, /^kurz$/],
    ['conversational', { generated_text: 'Hello.', conversation: {} }, {}, /^Hello\.$/],
    ['translation', [{ translation: 'kurz' }], {}, /unexpected form/],
    ['automatic-speech-recognition', { text: 'hello' }, {}, /^hello$/],
    ['automatic-speech-recognition', { text: ' ' }, {}, /No speech detected/],
    [
      'automatic-speech-recognition',
      {
        text: 'a b',
        chunks: [
          { text: 'a', timestamp: [0, 61.25] },
          { text: 'b', timestamp: [61.25, null] },
        ],
      },
      {},
      /^a b 0:00\.0 – 1:01\.3 a 1:01\.3 b$/,
    ],
    ['summarization', [{ summary_text: '' }], {}, /No text was generated/],
    ['text-to-speech', { blob: 'AAAA', 'content-type': 'audio/wav' }, {}, /Download/],
    ['text-to-speech', { blob: 'AAAA', 'content-type': 'text/html' }, {}, /unexpected form/],
    [
      'token-classification',
      [{ entity_group: 'PER', word: 'Ada', score: 1, start: 0, end: 3 }],
      { text: 'Ada!' },
      /Ada PER ! PER 1/,
    ],
    ['unknown-task', { a: 1 }, {}, /unexpected form/],
  ];
  for (const [task, output, values, expected] of shown) {
    it(`${task}: ${JSON.stringify(output).slice(0, 60)} reads ${expected.source}`, () =>
      assert.match(text(answer(task, output, values)), expected));
  }

  it('never fail on an output of another shape, and say so', () => {
    const odd = [null, 1, 'x', [null], [[null]], [{}], {}, [[]], { labels: 1 }, [['a']], [{ word: 1 }], [Number.NaN]];
    const tasks = 'text-classification zero-shot-classification token-classification question-answering fill-mask';
    for (const task of `${tasks} sentence-similarity feature-extraction`.split(' '))
      for (const output of odd) assert.ok(text(answer(task, output)).length > 0 || Array.isArray(output), task);
  });

  it('escape labels', () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const outputs: readonly [string, unknown][] = [
      ['text-classification', [{ label: hostile, score: 1 }]],
      ['token-classification', [{ entity: hostile, word: 'x', start: 0, end: 1 }]],
      ['question-answering', { answer: hostile, score: 1 }],
      ['fill-mask', [{ token_str: hostile, score: 1 }]],
    ];
    for (const [task, output] of outputs) assert.doesNotMatch(html(answer(task, output, { text: 'x' })), /<img/);
  });

  it('mark entities without offsets by their words, one after the other', () => {
    const entities = [
      { entity: 'A', word: 'la' },
      { entity: 'B', word: 'la' },
    ];
    assert.match(text(answer('token-classification', entities, { text: 'la la' })), /^la A la B/);
  });

  it('count code points and cut where entities overlap; one that is told twice counts once', () => {
    const entities = [
      { entity: 'A', word: '🙂b', start: 0, end: 2 },
      { entity: 'B', word: 'b', start: 1, end: 2 },
      { entity: 'B', word: 'b', start: 1, end: 2 },
    ];
    assert.match(text(answer('token-classification', entities, { text: '🙂bc' })), /^🙂 b A B c A 1 B 1 As a table/);
  });

  it('stay small for answers of any length', () => {
    const scores = new Array<number>(300_000).fill(0.5);
    const shownHtml = html(answer('sentence-similarity', scores));
    assert.ok(shownHtml.length < 200_000, String(shownHtml.length));
    assert.match(shownHtml, /The JSON output has all 300000\./);
  });

  it('show five labels and fold the rest away', () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({ label: `L${index}`, score: 1 - index / 300 }));
    const shownText = text(answer('text-classification', rows));
    assert.match(shownText, /L4 .*Show 195 more.*L199 .*The JSON output has all 300\./);
    assert.doesNotMatch(shownText, /L200/);
  });
});

describe('states of a widget', () => {
  const view = (result: WidgetResult): VNode => (
    <WidgetResultView task="text-classification" values={{ text: 'x' }} result={result} />
  );
  const done = { state: 'done', output: [{ label: 'A', score: 1 }], fromCard: false } as const;
  const states: readonly [result: WidgetResult, text: RegExp][] = [
    [{ state: 'unloaded', seconds: 4.2 }, /Loads on demand \(about 5 s\)/],
    [{ state: 'loading', seconds: 11.2 }, /about 12 s/],
    [{ state: 'error', message: 'No.', hint: 'Do this.', signIn: null, mayPass: false }, /No\. Do this\./],
    [{ state: 'error', message: 'No.', hint: null, signIn: '/login?next=%2Fa', mayPass: false }, /Log in/],
    [{ ...done, seconds: 0.123, computeType: 'cpu+fp32' }, /^0\.12 s on CPU, fp32 .*A 1\.000 JSON output/],
    [{ ...done, seconds: 0.001, computeType: 'cpu' }, /^Under 0\.01 s on CPU/],
    [{ ...done, seconds: null, computeType: null }, /^Cached answer/],
    [{ ...done, seconds: null, computeType: null, fromCard: true }, /^From the model card/],
  ];
  for (const [result, expected] of states) {
    it(`${result.state} reads ${expected.source}`, () => {
      assert.match(text(view(result)), expected);
      assert.match(html(view(result)), new RegExp(`^<\\w+[^>]* data-state="${result.state}"|^<div data-state`));
    });
  }

  it('idle shows nothing', () => assert.equal(html(view({ state: 'idle' })), ''));
});

describe('inputs of a widget', () => {
  it('take the task’s fields only, with plain line ends', () => {
    const given: Record<string, string> = { text: 'a\r\nb', csrf: 'x' };
    assert.deepEqual(
      widgetValues('text-classification', (name) => given[name]),
      { text: 'a\nb' },
    );
  });

  it('take from a conversation of a card what is asked at its end', () => {
    const messages = [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'Hello' },
      { role: 'assistant', content: 'Good day.' },
      { role: 'user', content: 'How far is Leeds?' },
    ];
    assert.deepEqual(exampleValues('conversational', { messages }), { text: 'How far is Leeds?' });
    assert.deepEqual(exampleValues('conversational', { messages: [{ role: 'assistant', content: 'x' }, 3] }), {});
    assert.deepEqual(exampleValues('conversational', { messages: 'x', text: 'Hello' }), { text: 'Hello' });
  });

  it('take a question under the name that addresses of old give it', () => {
    const given: Record<string, string> = { question: 'Where?', context: 'Here' };
    assert.deepEqual(
      widgetValues('question-answering', (name) => given[name]),
      { text: 'Where?', context: 'Here' },
    );
  });

  it('come from addresses in every spelling', () => {
    const rows: readonly [task: string, address: string, values: Record<string, string>][] = [
      ['text-classification', 'text=a&other=b', { text: 'a' }],
      ['question-answering', 'question=Q&context=C', { text: 'Q', context: 'C' }],
      ['question-answering', 'text=Q&question=old', { text: 'Q' }],
      ['table-question-answering', 'query=Q&table={"2019":["1"],"a":["x"]}', { text: 'Q', table: '2019,a\n1,x' }],
      ['tabular-regression', 'structuredData={"a":[1]}', { structured_data: 'a\n1' }],
      ['tabular-regression', 'structured_data={"a":[1]}', { structured_data: 'a\n1' }],
      ['tabular-regression', 'data=a%0A1', { structured_data: 'a\n1' }],
      ['tabular-regression', 'structured_data={"a":', { structured_data: '{"a":' }],
      [
        'zero-shot-classification',
        'text=a&candidate_labels=b,c&multi_class=true',
        { text: 'a', candidate_labels: 'b,c', multi_class: 'true' },
      ],
      ['sentence-similarity', 'source_sentence=s&sentences=a&sentences=b', { source_sentence: 's', sentences: 'a\nb' }],
      ['text-ranking', 'query=q&texts=a&texts=b', { source_sentence: 'q', sentences: 'a\nb' }],
      ['text-generation', 'text=a&temperature=2', { text: 'a' }],
    ];
    for (const [task, address, values] of rows)
      assert.deepEqual(addressValues(task, new URLSearchParams(address)), values, `${task} ${address}`);
  });

  it('go into addresses as they are read from them', () => {
    const table = 'Lake,Depth\nGarda,346';
    assert.equal(
      String(addressOf('table-question-answering', { text: 'Which?', table })),
      'text=Which%3F&table=%7B%22Lake%22%3A%5B%22Garda%22%5D%2C%22Depth%22%3A%5B%22346%22%5D%7D',
    );
    const values = { source_sentence: 'One', sentences: 'Two\nThree, or four' };
    const address = addressOf('sentence-similarity', values);
    assert.deepEqual(address.getAll('sentences'), ['Two', 'Three, or four']);
    assert.deepEqual(addressValues('sentence-similarity', address), values);
  });

  it('come from addresses with the mask of the model', () => {
    const query = new URLSearchParams('text=Hello <mask>');
    assert.deepEqual(addressValues('fill-mask', query, '[MASK]'), { text: 'Hello [MASK]' });
    assert.deepEqual(addressValues('fill-mask', query, '<mask>'), { text: 'Hello <mask>' });
    assert.deepEqual(addressValues('text-generation', query, '[MASK]'), { text: 'Hello <mask>' });
  });

  it('bring what somebody tuned, and nothing for what is left empty', () => {
    const { parameters } = widgetRequest('text-generation', {
      text: 'a',
      temperature: '0.5',
      top_p: '',
      max_new_tokens: 'x',
    });
    assert.deepEqual(parameters, { temperature: 0.5, max_new_tokens: 'x' });
  });

  it('become requests with a file, or the address of one', () => {
    const file = Uint8Array.from([1]);
    assert.deepEqual(widgetRequest('image-classification', {}, file), { inputs: file, parameters: {} });
    assert.deepEqual(widgetRequest('audio-classification', {}), { inputs: null, parameters: {} });
    assert.deepEqual(widgetRequest('zero-shot-image-classification', { candidate_labels: 'a, b' }, file), {
      inputs: file,
      parameters: { candidate_labels: ['a', 'b'] },
    });
    assert.deepEqual(widgetRequest('visual-question-answering', { text: 'How many?' }, file).inputs, {
      image: file,
      question: 'How many?',
    });
  });

  it('become requests', () => {
    assert.deepEqual(widgetRequest('question-answering', { text: 'Q', context: 'C' }).inputs, {
      question: 'Q',
      context: 'C',
    });
    assert.deepEqual(
      widgetRequest('zero-shot-classification', { text: 'T', candidate_labels: 'a, b,', multi_class: 'true' }),
      { inputs: 'T', parameters: { candidate_labels: ['a', 'b'], multi_label: true } },
    );
    assert.deepEqual(widgetRequest('sentence-similarity', { source_sentence: 'S', sentences: 'a\n\nb\n' }).inputs, {
      source_sentence: 'S',
      sentences: ['a', 'b'],
    });
    const data = '{"b": [1], "2019": [2]}';
    const rows = { data: { b: [1], '\u00002019': [2] } };
    assert.deepEqual(widgetRequest('tabular-regression', { structured_data: data }).inputs, rows);
    const table = '{"City": ["Rome"], "2019": ["1"]}';
    assert.deepEqual(widgetRequest('table-question-answering', { text: 'Q', table }).inputs, {
      query: 'Q',
      table: { City: ['Rome'], '\u00002019': ['1'] },
    });
    assert.deepEqual(widgetRequest('table-question-answering', { text: 'Q', table: 'City' }).inputs, {
      query: 'Q',
      table: 'City',
    });
  });
});

describe('JSON for people', () => {
  it('keeps lists of scalars on a line', () => {
    assert.equal(prettyJson([[1, 2], [3]]), '[\n  [1, 2],\n  [3]\n]');
    assert.equal(prettyJson([{ a: 1, b: [] }]), '[\n  {\n    "a": 1,\n    "b": []\n  }\n]');
    assert.deepEqual(JSON.parse(prettyJson({ x: { y: [{ z: 'ü"' }] } })), { x: { y: [{ z: 'ü"' }] } });
  });
});
