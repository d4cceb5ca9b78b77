import assert from 'node:assert/strict';
import { nameProblem } from '../../config/repo.js';
import { isReserved, reservedNames } from '../../config/reserved.js';

describe('reserved names', () => {
  it('are found whatever their case', () => {
    for (const name of ['api', 'API', 'Models', 'robots.TXT']) assert.ok(isReserved(name), name);
  });

  it('leave ordinary names to people, admin among them', () => {
    for (const name of ['admin', 'marie', 'constructor', 'model', '']) assert.ok(!isReserved(name), name);
  });

  it('hold the namespaces that clients of the Hub address', () => {
    const addressed =
      'api models datasets spaces kernels buckets collections papers pipeline hf-inference v1 oauth settings login join ' +
      'resolve raw tree';
    for (const name of addressed.split(' ')) assert.ok(isReserved(name), name);
  });

  it('are spelled in lower case, as they are looked up', () => {
    for (const name of reservedNames()) assert.equal(name, name.toLowerCase());
  });

  it('are mostly names that the rule of names would allow, or they would need no list', () => {
    const superfluous = [...reservedNames()].filter((name) => nameProblem(name) !== null);
    assert.deepEqual(superfluous.sort(), ['-', '.well-known']);
  });
});
