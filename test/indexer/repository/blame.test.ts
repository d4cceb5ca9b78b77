import assert from 'node:assert/strict';
import { parseBlame } from '../../../indexer/repository/blame.js';

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];

describe('where lines came from', () => {
  it('is told for each line, a commit’s facts once', () => {
    const output = [
      `${a} 1 1 1`,
      'author Ada',
      'author-mail <ada@example.org>',
      'committer-time 1700000000',
      'summary first: a title',
      'boundary',
      'filename x.txt',
      '\tone',
      `${b} 2 2 1`,
      'author 名 前',
      'committer-time 99999999999999999999',
      'summary ',
      'filename x.txt',
      `\t${b} 3 3 1`,
      `${a} 3 3`,
      '\t\ttabbed\r',
      '',
    ].join('\n');
    const lines = parseBlame(output);
    assert.deepEqual(
      lines.map(({ text, source }) => [text, source.author, source.title]),
      [
        ['one', 'Ada', 'first: a title'],
        [`${b} 3 3 1`, '名 前', ''],
        ['\ttabbed\r', 'Ada', 'first: a title'],
      ],
    );
    assert.equal(lines[0]!.source, lines[2]!.source);
    assert.equal(lines[0]!.source.atMs, 1_700_000_000_000);
    assert.ok(new Date(lines[1]!.source.atMs).toISOString());
  });

  it('is nothing for an empty file', () => assert.deepEqual(parseBlame(''), []));
});
