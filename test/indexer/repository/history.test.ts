import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../../config/dataFolder.js';
import { createRepositories } from '../../../indexer/repository/repositories.js';
import type { Repositories, Repository } from '../../../indexer/repository/types.js';
import { parsePatch } from '../../../server/pages/files/parsePatch.js';
import { git } from '../../support/realHub.js';

const names = ['häß.txt', 'quo"te.txt', 'back\\slash.txt', 'with space.txt', 'plain.txt', 'dir'];
const message = 'two \u0001 and \u0002 three\n\na body\n';

describe('the history of a repository', () => {
  const ref = { kind: 'model', owner: 'ada', name: 'odd' } as const;
  let folder: string;
  let repositories: Repositories;
  let repository: Repository;
  let head: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'history-'));
    repositories = createRepositories(dataFolder(folder));
    const copy = path.join(folder, 'copy');
    await git(folder, 'init', '--quiet', '--initial-branch=main', copy);
    await git(copy, 'commit', '--allow-empty', '--quiet', '--message=one');
    for (const name of names.slice(0, -1)) await writeFile(path.join(copy, name), `${name}\n`);
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', `--message=${message}`);
    await git(copy, 'init', '--quiet', 'dir');
    await rm(path.join(copy, 'dir', '.git'), { recursive: true });
    await writeFile(path.join(copy, 'dir', 'ü.txt'), 'x\n');
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=three');
    await repositories.create(ref);
    repository = repositories.open(ref);
    await git(copy, 'push', '--quiet', repository.folder, 'main');
    head = (await repository.resolve('main'))!;
  });
  after(async () => {
    await repositories.close();
    await rm(folder, { recursive: true });
  });

  it('names the last commit of every file, whatever it is called', async () => {
    const found = await repository.lastCommits(head, '', names);
    assert.deepEqual([...found.keys()].sort(), [...names].sort());
    assert.equal(found.get('dir')!.title, 'three');
    assert.equal(found.get('häß.txt')!.oid, found.get('quo"te.txt')!.oid);
    assert.equal((await repository.lastCommits(head, 'dir', ['ü.txt'])).get('ü.txt')!.title, 'three');
  });

  it('keeps commits apart whatever their messages hold', async () => {
    const log = await repository.log(head, { skip: 0, limit: 10 });
    assert.deepEqual(
      log.map(({ title }) => title),
      ['three', 'two \u0001 and \u0002 three', 'one'],
    );
    assert.equal(log[1]!.body, 'a body');
  });

  it('gives patches whose files have the names that the tree has', async () => {
    const second = (await repository.log(head, { skip: 1, limit: 1 }))[0]!.oid;
    const patch = parsePatch((await repository.patch(second, { maxBytes: 100_000 })).text);
    assert.deepEqual(patch.map((file) => file.path).sort(), names.slice(0, -1).sort());
  });
});
