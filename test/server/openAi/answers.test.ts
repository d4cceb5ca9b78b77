import assert from 'node:assert/strict';
import { TextBeforeStop } from '../../../server/openAi/answers.js';

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
