import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * A folder for the hub's user alone, with those above it that are missing. One by one: Node's `recursive` never comes back
 * where the system says that a folder which is there has no place for another, as in /proc.
 * @throws what the system says
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(folder)) throw error;
  }
}
