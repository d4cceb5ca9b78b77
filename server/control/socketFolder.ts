import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HubError } from '../../config/errors.js';

/**
 * Folder of the hub's unix sockets, readable by its user alone. Not below the data folder: a socket path has at most about
 * 107 bytes and longer ones are silently cut.
 */
export function socketFolder(dataRoot: string): string {
  const id = createHash('sha256').update(realpathSync(dataRoot)).digest('hex').slice(0, 12);
  const folder = path.join(os.tmpdir().length < 60 ? os.tmpdir() : '/tmp', `hubstead-${process.getuid?.() ?? 0}-${id}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid) || (found.mode & 0o077) !== 0) {
    throw new HubError('DATA_UNUSABLE', { path: folder, reason: 'it belongs to somebody else, or others may read it' });
  }
  return folder;
}
