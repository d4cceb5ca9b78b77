import assert from 'node:assert/strict';
import { visibleText } from '../../views/visibleText.js';

describe('names as one can read them', () => {
  for (const [name, shown] of [
    ['plain name.txt', 'plain name.txt'],
    ['日本語/ملف.txt', '日本語/ملف.txt'],
    ['a\u202egnp.txt', 'a[U+202E]gnp.txt'],
    ['zero\u200bwidth', 'zero[U+200B]width'],
    ['line\nfeed', 'line[U+000A]feed'],
  ])
    it(`writes out what hides in ${JSON.stringify(name)}`, () => assert.equal(visibleText(name!), shown));
});
