import { existsSync, renameSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { DataFolder } from '../../config/dataFolder.js';
import { type RepoKind, type RepoRef, repoKinds } from '../../config/repo.js';
import { git } from './gitCommand.js';
import { createObjectPool } from './objectPool.js';
import { createCaches, openRepository } from './repository.js';
import type { Repositories } from './types.js';

/** The bare repositories below the data folder. */
export function createRepositories(data: DataFolder): Repositories {
  const pool = createObjectPool();
  const caches = createCaches();
  const exists = (repo: RepoRef): boolean => existsSync(path.join(data.repository(repo), 'HEAD'));
  return {
    open: (repo) => openRepository(repo, data, pool, caches),
    exists,
    async create(repo) {
      const folder = data.repository(repo);
      if (exists(repo)) return;
      await mkdir(path.dirname(folder), { recursive: true });
      // Empty template: no sample hooks, and nothing that a file of the machine adds.
      await git(folder, ['init', '--quiet', '--bare', '--initial-branch=main', '--template=', folder]);
    },
    async setDefaultBranch(repo, branch) {
      await git(data.repository(repo), ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
    },
    async remove(repo) {
      const folder = data.repository(repo);
      pool.forget(folder);
      // Renamed before this returns to its caller: a repository made anew under the name must not find the old commits.
      const gone = `${folder}${removedMark}${Date.now()}`;
      if (existsSync(folder)) renameSync(folder, gone);
      await rm(gone, { recursive: true, force: true });
    },
    async finishRemovals() {
      for (const kind of repoKinds) {
        for (const { folder, name } of await foldersOf(data, kind)) {
          if (name.includes(`.git${removedMark}`)) await rm(path.join(folder, name), { recursive: true, force: true });
        }
      }
    },
    async rename(from, to) {
      pool.forget(data.repository(from));
      await mkdir(path.dirname(data.repository(to)), { recursive: true });
      await rename(data.repository(from), data.repository(to));
    },
    async *list() {
      for (const kind of repoKinds) yield* listKind(data, kind);
    },
    async close() {
      pool.close();
    },
  };
}

/** Stands between the name of a repository and the time it was removed; behind `.git`, where no repository's name goes on. */
const removedMark = '.removed-';

async function* listKind(data: DataFolder, kind: RepoKind): AsyncGenerator<RepoRef> {
  for (const { owner, name } of await foldersOf(data, kind)) {
    if (name.endsWith('.git')) yield { kind, owner, name: name.slice(0, -4) };
  }
}

async function foldersOf(data: DataFolder, kind: RepoKind) {
  const root = path.join(data.repositories, `${kind}s`);
  const found: { owner: string; folder: string; name: string }[] = [];
  for (const owner of await readdir(root).catch(() => [])) {
    const folder = path.join(root, owner);
    for (const name of await readdir(folder).catch(() => [])) found.push({ owner, folder, name });
  }
  return found;
}
