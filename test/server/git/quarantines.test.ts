import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Quarantines } from '../../../server/git/quarantines.js';

describe('what a killed git leaves of a push', () => {
  let folder = '';
  const left = (): string => path.join(folder, 'objects', 'tmp_objdir-incoming-x');
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'quarantines-'));
    mkdirSync(left(), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('goes when the last push to that repository has ended', async () => {
    const quarantines = new Quarantines();
    quarantines.enter(folder);
    quarantines.enter(folder);
    await quarantines.leave(folder, true);
    assert.ok(existsSync(left()), 'it may be the other push');
    await quarantines.leave(folder, false);
    assert.equal(existsSync(left()), false);
    assert.ok(existsSync(path.join(folder, 'objects')));
  });

  it('is not looked for where git ended by itself', async () => {
    const quarantines = new Quarantines();
    quarantines.enter(folder);
    await quarantines.leave(folder, false);
    assert.ok(existsSync(left()));
  });
});
