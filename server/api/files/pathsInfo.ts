import { z } from 'zod';
import { isOwn } from '../../../indexer/repository/ownEntry.js';
import type { Repository, TreeEntry } from '../../../indexer/repository/types.js';
import { operation } from '../frame/operation.js';
import { revisionOf } from './revision.js';
import { expandedItems, treeItem, treeItemOf } from './treeItems.js';

const bodyBytes = 4 * 1_048_576;
const maxPaths = 10_000;
/** With more, the whole tree is read once. */
const maxLookedUp = 50;

/** Forms hold texts alone, and one path is no list there. */
const body = z.object({
  paths: z
    .union([z.string().transform((path) => [path]), z.array(z.string()).max(maxPaths)])
    .describe('Files and folders'),
  expand: z
    .union([z.boolean(), z.enum(['true', 'false', 'True', 'False']).transform((word) => /true/i.test(word))])
    .default(false)
    .describe('With the last commit of each, and what pickles import'),
});

export const getPathsInfo = operation({
  id: 'getPathsInfo',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/paths-info/{rev}',
  summary: 'What some paths are at a revision; those that are not there are left out',
  access: 'fetch',
  body: { schema: body, limitBytes: bodyBytes, orForm: true },
  answer: z.array(treeItem),
  async handle(services, { repo, place, body: { paths, expand } }) {
    const { repository, commit } = await revisionOf(services, repo, place);
    const wanted = [...new Set(paths.map((path) => path.replace(/^\/+|\/+$/g, '')))];
    const entries = (await entriesOf(repository, commit, wanted)).filter(isOwn);
    return expand ? expandedItems(services, repo, commit, entries) : entries.map(treeItemOf);
  },
});

async function entriesOf(
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<readonly TreeEntry[]> {
  if (paths.length <= maxLookedUp) {
    const found = await Promise.all(paths.map((path) => repository.entry(commit, path)));
    return found.filter((entry) => entry !== null);
  }
  const all = await repository.tree(commit, '', { recursive: true, folders: true });
  const byPath = new Map(all.map((entry) => [entry.path, entry]));
  return paths.flatMap((path) => byPath.get(path) ?? []);
}
