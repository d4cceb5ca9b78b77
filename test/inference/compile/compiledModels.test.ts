import assert from 'node:assert/strict';
import { compiledTypes } from '../../../config/compiledModels.js';
import { architectures } from '../../../inference/compile/architectures/index.js';

describe('the table of compiled model types', () => {
  it('names exactly what the architectures compile', () => {
    const built = architectures.flatMap(({ modelTypes }) => modelTypes);
    assert.deepEqual([...compiledTypes()].sort(), [...built].sort());
  });
});
