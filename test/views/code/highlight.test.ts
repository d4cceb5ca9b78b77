import assert from 'node:assert/strict';
import { highlight } from '../../../views/code/highlight.js';

const textOf = (text: string, path: string) =>
  highlight(text, path)
    .map((line) => line.map((token) => token.text).join(''))
    .join('\n');

describe('coloured code', () => {
  for (const text of [
    '---\na: b_c_d\n---\n# Title\n',
    '---\n---\nx',
    '---\na: b\n',
    '---\na: 1\n---',
    '# T\n\n---\na\n---\n',
    '',
  ]) {
    it(`keeps every character of ${JSON.stringify(text)}`, () => {
      for (const path of ['README.md', 'a.py', 'a.bin']) assert.equal(textOf(text, path), text);
    });
  }

  it('reads the front matter of a card as YAML, and the rest as Markdown', () => {
    const [, key, , title] = highlight('---\nlicense_name: a_b_c\n---\n# Title\n', 'README.md');
    assert.equal(key![0]!.kind, 'hljs-attr');
    assert.ok(title!.some(({ kind }) => kind === 'hljs-section'));
  });
});
