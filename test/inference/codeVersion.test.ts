import assert from 'node:assert/strict';
import { codeVersion, hashOfCode } from '../../inference/codeVersion.js';

describe('the version of the code that runs models', () => {
  it('is the same for the same code', () => {
    assert.match(codeVersion(), /^[0-9a-f]{16}$/);
    assert.equal(codeVersion(), hashOfCode());
  });
});
