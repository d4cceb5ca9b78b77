import assert from 'node:assert/strict';
import { chatLogprobs, completionLogprobs, TextBeforeStop } from '../../../server/openAi/answers.js';

describe('a text that comes in parts and ends before a stop', () => {
  const rows: readonly [parts: readonly string[], stops: readonly string[], given: readonly string[], rest: string][] =
    [
      [['a', 'b'], [], ['a', 'b'], ''],
      [['a\n', '\nb'], ['\n\n'], ['a', ''], ''],
      [['a\n', 'b'], ['\n\n'], ['a', '\nb'], ''],
      [['a', 'xE', 'N'], ['END'], ['a', 'x', ''], 'EN'],
      [['one END two', 'more'], ['END'], ['one ', ''], ''],
      [['aab', 'c'], ['ab', 'b'], ['a', ''], ''],
    ];
  for (const [parts, stops, given, rest] of rows) {
    it(`${JSON.stringify(parts)} until ${JSON.stringify(stops)}`, () => {
      const text = new TextBeforeStop(stops);
      assert.deepEqual(
        parts.map((part) => text.add(part)),
        given,
      );
      assert.equal(text.rest(), rest);
    });
  }
});

describe('the probabilities of a text’s tokens', () => {
  const token = (text: string, logprob: number) => ({ id: 0, text, logprob, special: false });

  it('name the likeliest of each place by their texts, and the chosen one with them', () => {
    const top = [[token('b', -0.1), token('c', -2), token('b', -3)], [token('d', -0.2)]];
    assert.deepEqual(completionLogprobs([token('a', -5), token('d', -0.2)], 3, top), {
      tokens: ['a', 'd'],
      token_logprobs: [-5, -0.2],
      top_logprobs: [{ a: -5, b: -0.1, c: -2 }, { d: -0.2 }],
      text_offset: [3, 4],
    });
  });

  it('give the bytes of a token, also of one that is a part of a letter', () => {
    const { content } = chatLogprobs([token('é', -1), token('<0xBB>', -2)]) as { content: { bytes: number[] }[] };
    assert.deepEqual(
      content.map(({ bytes }) => bytes),
      [[0xc3, 0xa9], [0xbb]],
    );
  });
});
