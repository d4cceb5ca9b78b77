import assert from 'node:assert/strict';
import type { PatchLine } from '../../../views/pages/files/commit.js';
import { splitRows } from '../../../views/pages/files/diff/splitRows.js';

const kinds = { '+': 'added', '-': 'removed', ' ': 'context', '@': 'hunk' } as const;
const drawn = (texts: readonly string[]): string[] =>
  splitRows(texts.map((text): PatchLine => ({ kind: kinds[text[0] as '+'], old: 1, new: 1, text: text.slice(1) }))).map(
    (row) => ('hunk' in row ? `@${row.hunk.text}` : `${row.left?.text ?? ''}|${row.right?.text ?? ''}`),
  );

describe('a change side by side', () => {
  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['has unchanged lines on both sides', ['@h', ' a'], ['@h', 'a|a']],
    ['has what came beside what went', ['-a', '-b', '+c'], ['a|c', 'b|']],
    ['has empty places where only one side has lines', [' x', '+a', ' y', '-b'], ['x|x', '|a', 'y|y', 'b|']],
    ['begins anew where a line went after one that came', ['+a', '-b', '+c'], ['|a', 'b|c']],
  ];
  for (const [what, lines, rows] of cases) it(what, () => assert.deepEqual(drawn(lines), rows));
});
