import { z } from 'zod';
import type { Commit, TreeEntry } from '../../../indexer/repository/types.js';
import type { Services } from '../../services.js';
import { sendNextLink } from '../frame/nextLink.js';
import { type Call, type Operation, operation } from '../frame/operation.js';
import { flag, text, type ValuesOf } from '../frame/parameters.js';
import { revisionOf } from './revision.js';

const pageSize = 1000;
const expandedPageSize = 50;

const query = {
  recursive: flag('Also what is in the folders below, files only'),
  expand: flag('With the last commit of each entry'),
  cursor: text('Where the page begins; the header `Link` has it'),
};

const treeItem = z.strictObject({
  type: z.enum(['file', 'directory']),
  oid: z.string(),
  size: z.int(),
  path: z.string(),
  lfs: z.strictObject({ oid: z.string(), size: z.int(), pointerSize: z.int() }).optional(),
  lastCommit: z.strictObject({ id: z.string(), title: z.string(), date: z.iso.datetime() }).optional(),
});

const paths = [
  ['listFiles', '/api/{repoType}/{namespace}/{repo}/tree/{rev}', 'Lists the files at a revision'],
  ['listFolder', '/api/{repoType}/{namespace}/{repo}/tree/{rev}/{path}', 'Lists the files of a folder'],
] as const;

/** What the Hub's clients list files with. Pages are linked by `Link`, and every page is of the commit of the first. */
export const treeOperations: readonly Operation[] = paths.map(([id, path, summary]) =>
  operation({ id, method: 'GET', path, summary, access: 'fetch', query, answer: z.array(treeItem), handle: tree }),
);

async function tree(services: Services, call: Call<ValuesOf<typeof query>>): Promise<z.input<typeof treeItem>[]> {
  const { repository, commit, path } = await revisionOf(services, call.repo, call.place);
  const { recursive, expand } = call.query;
  const size = expand ? expandedPageSize : pageSize;
  const cursor = cursorOf(call.query.cursor);
  const at = cursor?.commit ?? commit;
  const entries = await repository.tree(at, path, { recursive });
  const start = cursor?.start ?? 0;
  const page = entries.slice(start, start + size);
  if (start + size < entries.length) sendNextLink(call, { cursor: `${at}-${start + size}` });
  const commits = expand && !recursive ? await repository.lastCommits(at, path, page.map(lastName)) : null;
  return page.map((entry) => item(entry, commits?.get(lastName(entry))));
}

function cursorOf(text: string | null): { commit: string; start: number } | null {
  const match = /^([0-9a-f]{40})-(\d{1,9})$/.exec(text ?? '');
  return match && { commit: match[1]!, start: Number(match[2]) };
}

function lastName(entry: TreeEntry): string {
  return entry.path.slice(entry.path.lastIndexOf('/') + 1);
}

function item(entry: TreeEntry, commit: Commit | undefined): z.input<typeof treeItem> {
  return {
    type: entry.type === 'directory' ? 'directory' : 'file',
    oid: entry.oid,
    size: entry.sizeBytes,
    path: entry.path,
    ...(entry.lfs
      ? { lfs: { oid: entry.lfs.oid, size: entry.lfs.sizeBytes, pointerSize: entry.lfs.pointerSizeBytes } }
      : {}),
    ...(commit
      ? { lastCommit: { id: commit.oid, title: commit.title, date: new Date(commit.committedAtMs).toISOString() } }
      : {}),
  };
}
