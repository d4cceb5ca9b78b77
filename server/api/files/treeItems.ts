import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import type { Commit, Repository, TreeEntry } from '../../../indexer/repository/types.js';
import type { RepoRow } from '../../accounts/types.js';
import { headerReader } from '../../pages/files/content/weightHeaders.js';
import { worstVerdict } from '../../pages/files/content/weightView.js';
import { isPicklePath } from '../../pages/files/tree/folderFacts.js';
import type { Services } from '../../services.js';

/** Pickles of one answer that are looked into; further ones say nothing of it. */
const maxPickles = 20;

/** What one file says of its imports, as the Hub's clients read it; nobody looks for viruses here. */
const securityFileStatus = z.strictObject({
  status: z.enum(['safe', 'unsafe', 'suspicious']),
  avScan: z.null(),
  pickleImportScan: z.strictObject({
    status: z.enum(['safe', 'unsafe', 'suspicious']),
    pickleImports: z.array(
      z.strictObject({
        module: z.string(),
        name: z.string(),
        safety: z.enum(['innocuous', 'suspicious', 'dangerous']),
      }),
    ),
  }),
});

/** A file or folder as the Hub's clients read it. */
export const treeItem = z.strictObject({
  type: z.enum(['file', 'directory']),
  oid: z.string(),
  size: z.int(),
  path: z.string(),
  lfs: z.strictObject({ oid: z.string(), size: z.int(), pointerSize: z.int() }).optional(),
  lastCommit: z.strictObject({ id: z.string(), title: z.string(), date: z.iso.datetime() }).optional(),
  securityFileStatus: securityFileStatus.optional(),
});
export type TreeItem = z.input<typeof treeItem>;

export function treeItemOf(entry: TreeEntry): TreeItem {
  return {
    type: entry.type === 'directory' ? 'directory' : 'file',
    oid: entry.oid,
    size: entry.sizeBytes,
    path: entry.path,
    ...(entry.lfs
      ? { lfs: { oid: entry.lfs.oid, size: entry.lfs.sizeBytes, pointerSize: entry.lfs.pointerSizeBytes } }
      : {}),
  };
}

/** Items with what takes a look at the history and into the files: `expand`. */
export async function expandedItems(
  services: Services,
  row: RepoRow,
  commit: string,
  entries: readonly TreeEntry[],
): Promise<TreeItem[]> {
  const repository = services.repositories.open(row.ref);
  const [commits, security] = await Promise.all([
    lastCommits(services, repository, commit, entries),
    securityOf(services, row, entries),
  ]);
  return entries.map((entry) => ({
    ...treeItemOf(entry),
    ...lastCommitOf(commits.get(entry.path)),
    ...securityStatusOf(security.found.get(entry.path)),
  }));
}

/** None where the history is too long to be walked in time: clients do without. */
async function lastCommits(
  { log }: Services,
  repository: Repository,
  commit: string,
  entries: readonly TreeEntry[],
): Promise<ReadonlyMap<string, Commit>> {
  if (entries.length === 0) return new Map();
  const paths = entries.map(({ path }) => path);
  return repository.lastCommitsOf(commit, paths).catch((error: unknown) => {
    if (!(error instanceof HubError) || error.code !== 'GIT_FAILED') throw error;
    log.warn('who touched files last is not known', { error });
    return new Map<string, Commit>();
  });
}

function lastCommitOf(commit: Commit | undefined): Pick<TreeItem, 'lastCommit'> {
  if (!commit) return {};
  return {
    lastCommit: { id: commit.oid, title: commit.title, date: new Date(commit.committedAtMs).toISOString() },
  };
}

function securityStatusOf(status: SecurityStatus | undefined): Pick<TreeItem, 'securityFileStatus'> {
  return status ? { securityFileStatus: status } : {};
}

const statuses = { dangerous: 'unsafe', unknown: 'suspicious', safe: 'safe' } as const;

type SecurityStatus = z.input<typeof securityFileStatus>;

/** By path, of pickles alone: other formats run nothing, and nothing is said of them. `isWhole` = all that there are were read. */
export async function securityOf(
  services: Services,
  row: RepoRow,
  entries: readonly TreeEntry[],
): Promise<{ readonly found: ReadonlyMap<string, SecurityStatus>; readonly isWhole: boolean }> {
  const headerOf = headerReader(services);
  const pickles = entries.filter(({ path, type }) => type === 'file' && isPicklePath(path));
  const found = new Map<string, SecurityStatus>();
  let isWhole = pickles.length <= maxPickles;
  for (const entry of pickles.slice(0, maxPickles)) {
    const facts = await headerOf(row, entry);
    if (facts && 'problem' in facts) isWhole = false;
    const imports = facts && 'header' in facts ? facts.header.pickleImports : undefined;
    if (!imports) continue;
    const status = statuses[worstVerdict(imports)];
    const pickleImports = imports.map(({ name, verdict }) => ({ ...splitName(name), safety: verdict }));
    found.set(entry.path, { status, avScan: null, pickleImportScan: { status, pickleImports } });
  }
  return { found, isWhole };
}

/** `torch._utils._rebuild` → module and name */
function splitName(text: string): { module: string; name: string } {
  const dot = text.lastIndexOf('.');
  return { module: text.slice(0, Math.max(0, dot)), name: text.slice(dot + 1) };
}
