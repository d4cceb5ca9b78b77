import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../config/dataFolder.js';
import { createRepositories } from '../../../indexer/repository/repositories.js';
import type { Repositories } from '../../../indexer/repository/types.js';

describe('a removed repository', () => {
  const ref = { kind: 'model', owner: 'ada', name: 'old' } as const;
  let folder: string;
  let repositories: Repositories;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'removal-'));
    repositories = createRepositories(dataFolder(folder));
  });
  after(async () => {
    await repositories.close();
    await rm(folder, { recursive: true });
  });

  it('is gone under its name before anything is waited for, so that a kill leaves no commits to a new one', async () => {
    await repositories.create(ref);
    const removing = repositories.remove(ref);
    assert.equal(repositories.exists(ref), false);
    await removing;
    await repositories.remove(ref);
    assert.deepEqual(await readdir(path.dirname(repositories.open(ref).folder)), []);
  });

  it('is freed later when the hub was killed meanwhile; others stay', async () => {
    await repositories.create(ref);
    const left = `${repositories.open(ref).folder}.removed-1`;
    mkdirSync(left);
    await repositories.finishRemovals();
    assert.deepEqual([existsSync(left), repositories.exists(ref)], [false, true]);
  });
});
