import assert from 'node:assert/strict';
import { CodePieces, charactersCut } from '../../../views/code/codeView.js';
import { renderFragment } from '../../../views/render.js';

describe('a line of code', () => {
  const shown = (lengths: readonly number[]): string =>
    renderFragment(<CodePieces line={lengths.map((length) => ({ text: 'x'.repeat(length), kind: null }))} />);

  it('is shown whole up to 5,000 characters', () => {
    assert.equal(shown([4000, 1000]), 'x'.repeat(5000));
  });

  it('says how many characters are left out, in whatever pieces it comes', () => {
    for (const lengths of [[9000], [4999, 4001], [5000, 4000], [1000, 1000, 7000]]) {
      assert.equal(shown(lengths), `${'x'.repeat(5000)}<span class="quiet"> … 4,000 more characters</span>`);
    }
    assert.equal(charactersCut([{ text: 'x'.repeat(9000), kind: null }]), 4000);
  });
});
