import { repoPath } from '../../../config/repo.js';
import { formatBytes, plural } from '../../../views/format.js';
import type { FileAction } from '../../../views/pages/files/fileActions.js';
import { address, type Place } from './place.js';

/** What the strip above a file offers, in its order. @param hasLines whether its text has a history line by line */
export function fileActions(
  { row, revision, path }: Place,
  file: { readonly sizeBytes: number },
  hasLines: boolean,
): FileAction[] {
  return [
    { text: 'Raw', icon: 'file-text', href: address(row, 'raw', revision, path) },
    { text: 'History', icon: 'history', href: address(row, 'commits', revision, path) },
    ...(hasLines ? [{ text: 'Blame', icon: 'users', href: address(row, 'blame', revision, path) } as const] : []),
    {
      text: `Download (${formatBytes(file.sizeBytes)})`,
      icon: 'download',
      href: `${address(row, 'resolve', revision, path)}?download=true`,
    },
  ];
}

/** What the strip above a folder offers. @param commits of the revision, null where git has not counted them yet */
export function folderActions({ row, revision, path }: Place, commits: number | null): FileAction[] {
  return [
    {
      text: commits === null || path ? 'History' : plural(commits, 'commit'),
      icon: 'history',
      href: address(row, 'commits', revision, path),
    },
    { text: 'Branches and tags', icon: 'git-branch', href: `${repoPath(row.ref)}/refs` },
  ];
}
