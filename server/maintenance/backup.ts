import { copyFile, cp, link, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { DataFolder } from '../../config/dataFolder.js';

/**
 * A copy that a hub can be started from. The databases go first, by SQLite's online backup: repositories copied after them
 * can only be newer, and the start reconciles that. LFS objects never change, so they are linked where the disk is the same.
 */
export async function backup(data: DataFolder, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const file of [data.hubDatabase, data.indexDatabase]) {
    const db = new Database(file, { readonly: true });
    try {
      await db.backup(path.join(target, path.basename(file)));
    } finally {
      db.close();
    }
  }
  await copyFile(data.secretFile, path.join(target, path.basename(data.secretFile)));
  await cp(data.repositories, path.join(target, 'repos'), {
    recursive: true,
    filter: (source) => !source.includes('tmp_objdir-'),
  });
  await linkAll(data.lfsObjects, path.join(target, 'lfs', 'objects'));
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
