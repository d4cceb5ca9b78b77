import type { TreeEntry } from './types.js';

export interface RawTreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

/** Entries of a tree object: `<octal mode> <name>\0<20 bytes id>` repeated. git's own fsck has checked the framing. */
export function parseTreeObject(content: Buffer): readonly RawTreeEntry[] {
  const entries: RawTreeEntry[] = [];
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const end = content.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > content.length) break;
    entries.push({
      mode: content.toString('latin1', at, space),
      name: content.toString('utf8', space + 1, end),
      oid: content.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/** Old tools pad the mode with a zero. */
export function isTree({ mode }: RawTreeEntry): boolean {
  return /^0?40000$/.test(mode);
}

/** What a mode means for anything but a directory. */
export function entryType(mode: string): TreeEntry['type'] {
  if (mode === '160000') return 'submodule';
  return mode === '120000' ? 'symlink' : 'file';
}
