import type { Commit, TreeEntry } from '../../../../indexer/repository/types.js';
import type { TreeRow } from '../../../../views/pages/files/fileTable.js';
import type { FolderView } from '../../../../views/pages/files/tree.js';
import type { Services } from '../../../services.js';
import { address, commitAddress, commitLink, type Place } from '../place.js';
import { type FolderFacts, isPicklePath } from './folderFacts.js';
import { foldedPaths, nameOf, type PageOfEntries } from './rows.js';

/** A page of a folder as its table shows it. */
export async function folderView(
  services: Services,
  place: Place,
  page: PageOfEntries,
  facts: FolderFacts,
): Promise<FolderView> {
  const { row, revision, commit, path } = place;
  const { entries, after, before, all, newer, older } = page;
  const { last, counts } = facts;
  const folded = await foldedPaths(services.repositories.open(row.ref), entries);
  const behind = (base: string, name: string): string => base + (name && `?after=${encodeURIComponent(name)}`);
  const here = address(row, 'tree', revision, path);
  return {
    caption: `Files of ${path || row.ref.name} at ${revision}`,
    src: behind(address(row, 'tree', commit, path), after),
    last: last && (last === 'late' ? last : commitLink(services, place, last)),
    counts: counts && (counts === 'late' ? counts : { ...counts, href: address(row, 'commits', revision, path) }),
    rows: entries.map((entry) => rowOf(place, entry, folded.get(entry.path) ?? entry.path, facts)),
    before,
    all,
    newer: newer === null ? null : behind(here, newer),
    older: older === null ? null : behind(here, older),
  };
}

function rowOf(place: Place, entry: TreeEntry, shown: string, { commits, pickles }: FolderFacts): TreeRow {
  const { row, revision, path, opens } = place;
  const isFolder = entry.type === 'directory';
  return {
    name: path ? shown.slice(path.length + 1) : shown,
    href: isFolder || opens(entry.path) ? address(row, isFolder ? 'tree' : 'blob', revision, shown) : null,
    kind: entry.type,
    sizeBytes: entry.sizeBytes,
    isLfs: entry.lfs !== undefined,
    download:
      entry.type === 'file' && opens(entry.path)
        ? `${address(row, 'resolve', revision, entry.path)}?download=true`
        : null,
    pickle: pickles === 'late' ? (isPicklePath(entry.path) ? 'late' : null) : (pickles?.get(entry.path) ?? null),
    commit: commits === 'late' ? commits : touched(place, commits?.get(nameOf(entry))),
  };
}

function touched(place: Place, commit: Commit | undefined): TreeRow['commit'] {
  if (!commit) return null;
  return { title: commit.title, atMs: commit.committedAtMs, href: commitAddress(place, commit.oid) };
}
