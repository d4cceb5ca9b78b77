import assert from 'node:assert/strict';
import { compiledTypes } from '../../../config/compiledModels.js';
import { architectures } from '../../../inference/compile/architectures/index.js';
import { refereeOf } from '../../../inference/referee/index.js';

describe('the table of compiled model types', () => {
  it('names exactly what the architectures compile', () => {
    const built = architectures.flatMap(({ modelTypes }) => modelTypes);
    assert.deepEqual([...compiledTypes()].sort(), [...built].sort());
  });

  it('has a second pass for every class of every type that is compiled', () => {
    const alone = architectures.flatMap(({ modelTypes, heads }) =>
      modelTypes.flatMap((type) => heads.filter((head) => !refereeOf(type, head)).map((head) => `${type} ${head}`)),
    );
    assert.deepEqual(alone, []);
  });
});
