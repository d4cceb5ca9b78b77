import { formatBytes, plural } from '../../../views/format.js';
import type { FileAction } from '../../../views/pages/files/fileActions.js';
import { address, type Place } from './place.js';

/** What the strip above a file offers, in its order. */
export function fileActions({ row, revision, path }: Place, file: { readonly sizeBytes: number }): FileAction[] {
  return [
    { text: 'Raw', icon: 'file-text', href: address(row, 'raw', revision, path) },
    { text: 'History', icon: 'history', href: address(row, 'commits', revision, path) },
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
  ];
}
