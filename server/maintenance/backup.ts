import { copyFile, cp, link, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import { makeFolder } from '../storage/makeFolder.js';

const copyAttempts = 5;

/**
 * A copy that a hub can be started from. The databases go first, by SQLite's online backup: repositories copied after them
 * can only be newer, and the start reconciles that. LFS objects never change, so they are linked where the disk is the same.
 * @throws HubError BAD_REQUEST when the target lies inside the data folder, DATA_UNUSABLE when it cannot be made
 */
export async function backup(data: DataFolder, target: string): Promise<void> {
  const inside = path.relative(path.resolve(data.root), path.resolve(target));
  if (inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside)) {
    throw new HubError('BAD_REQUEST', { reason: `${target} lies inside the data folder: a backup goes elsewhere` });
  }
  try {
    makeFolder(target);
  } catch (cause) {
    throw new HubError('DATA_UNUSABLE', { path: target, reason: (cause as Error).message }, { cause });
  }
  for (const file of [data.hubDatabase, data.indexDatabase]) {
    const db = new Database(file, { readonly: true });
    try {
      await db.backup(path.join(target, path.basename(file)));
    } finally {
      db.close();
    }
  }
  await copyFile(data.secretFile, path.join(target, path.basename(data.secretFile)));
  for (const folder of await repositoryFolders(data.repositories)) {
    await copyRepository(folder, path.join(target, 'repos', path.relative(data.repositories, folder)));
  }
  await linkAll(data.lfsObjects, path.join(target, 'lfs', 'objects'));
}

/** Bare repositories: `repos/<kind>s/<owner>/<name>.git`. */
async function repositoryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = path.join(root, entry.name);
    if (entry.name.endsWith('.git')) found.push(folder);
    else found.push(...(await repositoryFolders(folder)));
  }
  return found;
}

/**
 * Refs before objects: a push in between then leaves objects that no ref names, never a ref without its objects. A repack
 * removes packs while they are copied, so a file that is gone means another try.
 */
async function copyRepository(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rm(to, { recursive: true, force: true });
      await mkdir(to, { recursive: true });
      const entries = await readdir(from);
      // A loose ref that is packed meanwhile stands in packed-refs, which is therefore copied after refs/.
      const last = ['packed-refs', 'objects'].filter((name) => entries.includes(name));
      for (const name of [...entries.filter((entry) => !last.includes(entry)), ...last]) {
        await cp(path.join(from, name), path.join(to, name), { recursive: true, filter: isLasting });
      }
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === copyAttempts) throw error;
    }
  }
}

/** Locks, quarantines and unfinished packs belong to running git processes. */
function isLasting(source: string): boolean {
  const name = path.basename(source);
  return !name.endsWith('.lock') && !name.startsWith('tmp_');
}

async function linkAll(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkAll(source, copy);
    else {
      await link(source, copy).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') await copyFile(source, copy);
      });
    }
  }
}
