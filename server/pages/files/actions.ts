import { formatBytes } from '../../../views/format.js';
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

/** What the strip above a folder offers. */
export function folderActions({ row, revision, path }: Place): FileAction[] {
  return [{ text: 'History', icon: 'history', href: address(row, 'commits', revision, path) }];
}
