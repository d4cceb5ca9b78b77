import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';

/** The process that uses a data folder. */
export interface Holder {
  readonly pid: number;
  /** Where it listens for commands. */
  readonly controlSocket: string;
}

/**
 * Takes the data folder for this process, until the function that comes back is called or the process ends, however it
 * does. SQLite's own file lock: the system frees it, where a number in a file may be that of another process after a restart
 * of the machine.
 * @throws HubError DATA_FOLDER_LOCKED, DATA_UNUSABLE
 */
export function lockDataFolder(data: DataFolder, controlSocket: string): () => void {
  const lock = takeLock(data);
  writeFileSync(data.holderFile, JSON.stringify({ pid: process.pid, controlSocket } satisfies Holder), { mode: 0o600 });
  return () => {
    rmSync(data.holderFile, { force: true });
    lock.close();
  };
}

function takeLock(data: DataFolder): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(data.lockFile, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    const { code, message } = cause as { code?: string; message: string };
    if (code?.startsWith('SQLITE_BUSY'))
      throw new HubError('DATA_FOLDER_LOCKED', { folder: data.root, pid: holderOf(data)?.pid ?? 'unknown' }, { cause });
    throw new HubError('DATA_UNUSABLE', { path: data.root, reason: message }, { cause });
  }
}

/** What the process that uses the folder wrote down; null when there is none. One that was killed leaves its note behind. */
export function holderOf(data: DataFolder): Holder | null {
  try {
    return JSON.parse(readFileSync(data.holderFile, 'utf8')) as Holder;
  } catch {
    return null;
  }
}
