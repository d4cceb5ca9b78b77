import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { isOwn } from '../../../indexer/repository/ownEntry.js';
import type { Repository } from '../../../indexer/repository/types.js';
import type { Services } from '../../services.js';
import { cursor, sendNextLink } from '../frame/nextLink.js';
import { type Call, type Operation, operation } from '../frame/operation.js';
import { flag, type ValuesOf } from '../frame/parameters.js';
import { pageStart, writeCursor } from './commitCursor.js';
import { revisionOf } from './revision.js';
import { expandedItems, type TreeItem, treeItem, treeItemOf } from './treeItems.js';

const pageSize = 1000;
const expandedPageSize = 50;

const query = {
  recursive: flag('Also what is in the folders below; each folder stands before what it holds'),
  expand: flag('With the last commit of each entry, and what pickles import'),
  cursor,
};

const paths = [
  ['listFiles', '/api/{repoType}/{namespace}/{repo}/tree/{rev}', 'Lists the files at a revision'],
  ['listFolder', '/api/{repoType}/{namespace}/{repo}/tree/{rev}/{path}', 'Lists the files of a folder'],
] as const;

/** What the Hub's clients list files with. Pages are linked by `Link`, and every page is of the commit of the first. */
export const treeOperations: readonly Operation[] = paths.map(([id, path, summary]) =>
  operation({ id, method: 'GET', path, summary, access: 'fetch', query, answer: z.array(treeItem), handle: tree }),
);

async function tree(services: Services, call: Call<ValuesOf<typeof query>>): Promise<TreeItem[]> {
  const { repository, commit, path } = await revisionOf(services, call.repo, call.place);
  const { recursive, expand } = call.query;
  const size = expand ? expandedPageSize : pageSize;
  const { commit: at, start } = await pageStart(repository, commit, call.query.cursor);
  await requireFolder(repository, at, path);
  const entries = (await repository.tree(at, path, { recursive, folders: true })).filter(isOwn);
  const page = entries.slice(start, start + size);
  if (start + size < entries.length) sendNextLink(call, writeCursor({ commit: at, start: start + size }));
  return expand ? expandedItems(services, call.repo, at, page) : page.map(treeItemOf);
}

/** Clients ask every model for folders that few have: told without a git of its own. */
async function requireFolder(repository: Repository, commit: string, path: string): Promise<void> {
  if (path === '') return;
  const entry = await repository.entry(commit, path);
  if (entry?.type !== 'directory') throw new HubError('ENTRY_NOT_FOUND', { path });
}
