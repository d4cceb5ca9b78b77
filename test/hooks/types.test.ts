import assert from 'node:assert/strict';
import { parseRefChanges } from '../../hooks/types.js';

const [old, now] = ['0'.repeat(40), '1'.repeat(40)];

describe('ref changes that a hook hands over', () => {
  for (const name of [
    'refs/heads/main',
    'refs/heads/a\u00a0b',
    'refs/notes/\u3000',
    'refs/heads/\u2028x',
    'refs/heads/\ufeff',
  ]) {
    it(`are read with every blank that a ref may hold: ${JSON.stringify(name)}`, () => {
      assert.deepEqual(parseRefChanges(`ref ${old} ${now} ${name}\n`), [{ old, new: now, name }]);
    });
  }

  for (const line of ['ref x', `ref ${old} ${now}`, `ref ${old} ${now} a b`, `${old} ${now} refs/heads/main`]) {
    it(`are not passed over unseen: ${JSON.stringify(line)}`, () => {
      assert.throws(() => parseRefChanges(line), { code: 'BAD_REQUEST' });
    });
  }
});
