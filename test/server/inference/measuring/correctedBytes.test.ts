import assert from 'node:assert/strict';
import { correctedBytes } from '../../../../server/inference/measuring/correctedBytes.js';

describe('the measured memory of a model', () => {
  it('is corrected by a later load that takes less', () => assert.equal(correctedBytes(90, 70, 100), 70));
  it('stands where a later load takes more', () => assert.equal(correctedBytes(70, 90, 100), null));
  it('stands where a load found room that others had left', () => assert.equal(correctedBytes(90, 20, 100), null));
});
