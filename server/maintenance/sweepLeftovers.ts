import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Folder in `objects/` where git keeps what a push brings until it is accepted. */
export const quarantineName = /^(tmp_objdir|incoming)-/;

/** Folder below a repository, whether to look deeper, and what a git that was killed leaves there. */
const places: readonly (readonly [folder: string, recursive: boolean, left: RegExp])[] = [
  ['.', false, /\.lock$/],
  ['refs', true, /\.lock$/],
  ['objects', false, quarantineName],
  ['objects/pack', false, /^(tmp_|\.tmp-)|\.lock$/],
  ['objects/info', false, /\.lock$/],
];

/**
 * Locks, quarantines and half-written packs that no git at work can own: those last changed before `beforeMs`.
 * @returns their paths, relative to the repository
 */
export async function findLeftovers(folder: string, beforeMs: number): Promise<readonly string[]> {
  const leftovers: string[] = [];
  for (const [place, recursive, left] of places) {
    const names = await readdir(path.join(folder, place), { recursive }).catch(() => []);
    for (const name of names) {
      if (!left.test(path.basename(name))) continue;
      const found = await stat(path.join(folder, place, name)).catch(() => null);
      if (found && found.mtimeMs < beforeMs) leftovers.push(path.join(place, name));
    }
  }
  return leftovers;
}

/** Removes them: a branch whose lock stayed would take no push any more. @returns paths of what was removed */
export async function sweepLeftovers(folder: string, beforeMs: number): Promise<readonly string[]> {
  const leftovers = await findLeftovers(folder, beforeMs);
  for (const name of leftovers) await rm(path.join(folder, name), { recursive: true, force: true });
  return leftovers;
}
