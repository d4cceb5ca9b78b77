import { formatBytes } from '../../../views/format.js';
import type { FileAction } from '../../../views/pages/files/fileActions.js';
import { address, type Place } from './place.js';

/**
 * What the strip above a file offers, in its order. @param change what those who may write can do
 * @param hasLines whether its text has a history line by line
 */
export function fileActions(
  { row, revision, path, opens }: Place,
  file: { readonly sizeBytes: number; readonly hasLines: boolean; readonly baseUrl: string },
  change: readonly FileAction[],
): FileAction[] {
  const download = `${address(row, 'resolve', revision, path)}?download=true`;
  return [
    { text: 'Raw', icon: 'file-text', href: address(row, 'raw', revision, path) },
    { text: 'Copy download link', copy: file.baseUrl + download },
    { text: 'History', icon: 'history', href: address(row, 'commits', revision, path) },
    ...(file.hasLines && opens()
      ? [{ text: 'Blame', icon: 'users', href: address(row, 'blame', revision, path) } as const]
      : []),
    ...change,
    { text: `Download (${formatBytes(file.sizeBytes)})`, icon: 'download', href: download },
  ];
}

/** What the strip above a folder offers. */
export function folderActions({ row, revision, path }: Place): FileAction[] {
  return [{ text: 'History', icon: 'history', href: address(row, 'commits', revision, path) }];
}
