import assert from 'node:assert/strict';
import { tableProblem } from '../../../../inference/runner/models/graphSession.js';

describe('a failure of a graph', () => {
  it('is told in words of the model where an index is beyond its table', () => {
    const error = new Error(
      "Non-zero status code returned while running Gather node. Name:'Gather_1' Status Message: indices element out of data bounds, idx=540 must be within the inclusive range [-100,99]",
    );
    assert.match(tableProblem(error) ?? '', /row 540 of a table of 100 rows.*vocab_size/s);
  });

  it('is left as it is else', () => assert.equal(tableProblem(new Error('out of memory')), null));
});
