import assert from 'node:assert/strict';
import { readWidgetExamples } from '../../../indexer/tags/widgetExamples.js';

const read = (value: unknown, task: string | null = null) => readWidgetExamples(value, task, 7);

describe('readWidgetExamples', () => {
  const rows: readonly [task: string, good: readonly unknown[], bad: readonly unknown[]][] = [
    ['fill-mask', [{ text: 'a [MASK]' }, 'plain text'], [{ src: 'a.png' }, { text: '' }, { text: 7 }, ['x'], null]],
    ['question-answering', [{ text: 'q', context: 'c' }], [{ text: 'q' }, { context: 'c' }]],
    [
      'table-question-answering',
      [{ text: 'q', table: { a: ['1'], b: [2] } }],
      [
        { text: 'q', table: { a: ['1'], b: [] } },
        { text: 'q', table: [] },
      ],
    ],
    [
      'zero-shot-classification',
      [
        { text: 't', candidate_labels: 'a, b', multi_class: true },
        { text: 't', candidate_labels: ['a'] },
      ],
      [{ text: 't' }],
    ],
    [
      'sentence-similarity',
      [{ source_sentence: 's', sentences: ['a', 'b'] }],
      [{ source_sentence: 's' }, { source_sentence: 's', sentences: [] }, { source_sentence: 's', sentences: [1] }],
    ],
    [
      'image-classification',
      [{ src: 'https://example.org/a.png' }, { src: 'images/a.png' }],
      [{ text: 't' }, { src: '../a.png' }, { src: 'file:///etc/passwd' }, { src: 'javascript:x' }, { src: '/a.png' }],
    ],
    ['document-question-answering', [{ src: 'a.png', text: 'q' }], [{ src: 'a.png' }]],
    ['zero-shot-image-classification', [{ src: 'a.png', candidate_labels: 'a,b' }], [{ src: 'a.png' }]],
    [
      'tabular-classification',
      [{ structured_data: { a: [1] } }, { structuredData: { a: [1, 2], b: [null, 'x'] } }],
      [{ structured_data: 'x' }],
    ],
    [
      'text-generation',
      [{ text: 't' }, { messages: [{ role: 'user', content: 'hi' }] }],
      [{ messages: [] }, { messages: [{ role: 'user' }] }],
    ],
    ['automatic-speech-recognition', [{ src: 'a.flac' }], [{ text: 't' }]],
    ['any-to-any', [{ anything: 1 }], ['text is fine'].map(() => null)],
  ];
  for (const [task, good, bad] of rows) {
    it(`${task}: keeps ${good.length} and drops ${bad.length}, each with a warning`, () => {
      assert.equal(read(good, task).examples.length, good.length);
      assert.deepEqual(read(good, task).problems, []);
      const dropped = read(bad, task);
      assert.deepEqual(dropped.examples, []);
      assert.deepEqual(
        [...new Set(dropped.problems.map(({ severity, line, field }) => `${severity} ${line} ${field}`))],
        ['warning 7 widget'],
      );
      assert.equal(dropped.problems.length, bad.length);
    });
  }

  it('lifts title and group out, and keeps parameters and output with the example', () => {
    const output = [{ label: 'A', score: 1 }];
    const [example] = read(
      [{ text: 't', example_title: 'T', group: 'G', parameters: { top_k: 1 }, output }],
      'text-classification',
    ).examples;
    assert.deepEqual(example, { value: { text: 't', parameters: { top_k: 1 }, output }, title: 'T', group: 'G' });
  });

  it('leaves out an output that leads elsewhere', () => {
    const [example] = read([{ text: 't', output: { url: 'javascript:alert(1)' } }], 'text-to-image').examples;
    assert.deepEqual(example, { value: { text: 't' } });
  });

  it('keeps at most 50 and says so, and drops texts that are too long', () => {
    const many = read(Array(60).fill({ text: 't' }), 'fill-mask');
    assert.equal(many.examples.length, 50);
    assert.match(many.problems[0]!.message, /only the first 50 of 60/);
    assert.match(read([{ text: 'x'.repeat(10_001) }], 'fill-mask').problems[0]!.message, /more than 10000 characters/);
  });

  it('takes only a list', () => assert.deepEqual(read({ text: 't' }), { examples: [], problems: [] }));
});
