import assert from 'node:assert/strict';
import { markWords } from '../../../../server/pages/files/commit/markWords.js';
import type { PatchLine } from '../../../../views/pages/files/commit.js';

const kinds = { '+': 'added', '-': 'removed', ' ': 'context', '@': 'hunk' } as const;
const lines = (...texts: readonly string[]): PatchLine[] =>
  texts.map((text) => ({ kind: kinds[text[0] as '+'], old: 1, new: 1, text: text.slice(1) }));
/** Marked words in brackets. */
const marked = (...texts: readonly string[]): string[] =>
  markWords(lines(...texts)).map(({ text, parts }) =>
    parts ? parts.map((part) => (part.changed ? `[${part.text}]` : part.text)).join('') : text,
  );

describe('words of a changed line', () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['are marked on both sides', ['-a = foo(1)', '+a = foo(2)'], ['a = foo([1])', 'a = foo([2])']],
    [
      'are compared line by line in their order',
      ['-one x', '-two y', '+one z', '+two y y'],
      ['one [x]', 'two y', 'one [z]', 'two y[ y]'],
    ],
    ['are letters in Chinese and Japanese', ['-東京は雨です', '+京都は雨です'], ['[東]京は雨です', '京[都]は雨です']],
    ['are not marked between lines that share little', ['-alpha beta', '+{"x": 1}'], ['alpha beta', '{"x": 1}']],
    ['are not marked across a line that stayed', ['-a b', ' same', '+a c'], ['a b', 'same', 'a c']],
    ['are not marked where a line came before one that went', ['+a b', '-a c', ' x'], ['a b', 'a c', 'x']],
  ];
  for (const [what, before, after] of cases) it(what, () => assert.deepEqual(marked(...before), after));

  it('are not looked for in lines that are long', () => {
    const long = 'x '.repeat(300);
    assert.ok(markWords(lines(`-${long}a`, `+${long}b`)).every(({ parts }) => parts === undefined));
  });
});
