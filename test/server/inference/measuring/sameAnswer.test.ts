import assert from 'node:assert/strict';
import { isSameAnswer } from '../../../../server/inference/measuring/sameAnswer.js';

describe('the answer that a card quotes', () => {
  const labels = [
    { label: 'POSITIVE', score: 0.98 },
    { label: 'NEGATIVE', score: 0.02 },
  ];
  for (const [what, quoted, given, expected] of [
    ['the same labels, in a list in a list', labels, [labels], true],
    ['a rounded score', [{ label: 'POSITIVE', score: 0.97 }], [labels], true],
    ['another score', [{ label: 'POSITIVE', score: 0.7 }], [labels], false],
    ['another label', [{ label: 'NEGATIVE', score: 0.98 }], [labels], false],
    ['an answer', { answer: 'Paris', score: 0.9 }, { answer: 'Paris', score: 0.91, start: 3, end: 8 }, true],
    ['a text', { text: 'Bonjour' }, [{ translation_text: 'Bonjour' }], true],
    ['another text', { text: 'Bonjour' }, [{ translation_text: 'Salut' }], false],
    ['rounded numbers', [0.91, 0.1], [0.908, 0.104], true],
    ['other numbers', [0.91, 0.1], [0.5, 0.1], false],
    ['fewer numbers', [0.91], [0.908, 0.104], false],
    ['a picture, which is not compared', { url: 'a.png' }, [{ label: 'x', score: 1 }], null],
  ] as const) {
    it(`as ${what}`, () => assert.equal(isSameAnswer(quoted, given), expected));
  }
});
