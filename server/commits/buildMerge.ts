import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { git } from '../../indexer/repository/gitCommand.js';
import { type Author, type BuiltObject, emptyRepository } from './buildCommit.js';

const withinMs = 20_000;
/** git compares every added file with every removed one to find renames; beyond so many it looks for none. */
const renameLimit = 400;
/** Merging is work for a processor, and pages ask for it. */
const turn = pLimit(2);

export interface Sides {
  readonly ours: string;
  readonly theirs: string;
}

/**
 * The files that both sides changed in ways that do not fit; nothing is written to the repository.
 * @throws HubError GIT_FAILED when the sides have no common history, and when it takes too long
 */
export async function conflictsOf(workFolder: string, repository: string, sides: Sides): Promise<readonly string[]> {
  return inScratch(workFolder, repository, async (folder) => (await mergeTree(folder, sides)).conflicts);
}

/** A merge commit that no repository has yet, or the files in conflict. @throws HubError GIT_FAILED */
export async function buildMerge(
  workFolder: string,
  repository: string,
  sides: Sides,
  { author, message }: { author: Author; message: string },
): Promise<BuiltObject | readonly string[]> {
  const folder = await scratch(workFolder, repository);
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const { tree, conflicts } = await mergeTree(folder, sides);
    if (conflicts.length > 0) {
      await discard();
      return conflicts;
    }
    const person = ['-c', `user.name=${clean(author.name) || 'unknown'}`, '-c', `user.email=${clean(author.email)}`];
    const parents = ['-p', sides.ours, '-p', sides.theirs];
    const args = [...person, 'commit-tree', tree, ...parents];
    const oid = (await git(folder, args, { input: message, timeoutMs: withinMs })).toString().trim();
    const base = path.join(folder, 'built');
    const input = `${oid}\n^${sides.ours}\n^${sides.theirs}\n`;
    const pack = await git(folder, ['pack-objects', '--revs', '-q', base], { input, timeoutMs: withinMs });
    return { oid, packFile: `${base}-${pack.toString().trim()}.pack`, discard };
  } catch (error) {
    await discard();
    throw error;
  }
}

async function inScratch<T>(workFolder: string, repository: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await scratch(workFolder, repository);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function scratch(workFolder: string, repository: string): Promise<string> {
  await mkdir(workFolder, { recursive: true });
  const folder = await mkdtemp(path.join(workFolder, 'merge-'));
  await emptyRepository(folder, repository);
  return folder;
}

/** `tree\0`, and on conflicts the names behind it (git-merge-tree(1), -z --name-only). */
async function mergeTree(
  folder: string,
  { ours, theirs }: Sides,
): Promise<{ readonly tree: string; readonly conflicts: readonly string[] }> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
  const output = await turn(() =>
    git(folder, ['-c', `merge.renameLimit=${renameLimit}`, ...args], { noCode: 1, timeoutMs: withinMs }),
  );
  const [tree = '', ...names] = output.toString('utf8').split('\0');
  return { tree, conflicts: [...new Set(names.filter((name) => name !== ''))] };
}

function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, '').trim();
}
