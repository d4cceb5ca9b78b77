import type { ChangedPath, FileChange } from './types.js';

/**
 * Reads `git diff-tree -r -z --raw --numstat` (git-diff(1), "Raw output format" and --numstat with -z): first every file with
 * modes and ids, then every file with its lines, in the same order.
 */
export function parseChanges(output: string): readonly FileChange[] {
  const { files, rest } = readPaths(output);
  const lines = parseCounts(rest);
  return files.map((file) => ({ ...file, ...(lines.get(file.path) ?? { added: 0, removed: 0 }) }));
}

/** Reads `git diff-tree -r -z --raw`. */
export function parseChangedPaths(output: string): readonly ChangedPath[] {
  return readPaths(output).files;
}

function readPaths(output: string): { readonly files: readonly ChangedPath[]; readonly rest: readonly string[] } {
  const tokens = output.split('\0');
  const files: ChangedPath[] = [];
  let at = 0;
  for (;;) {
    const [, oldMode, newMode, oldOid, newOid, status] =
      /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(tokens[at] ?? '') ?? [];
    if (!status) break;
    const isMoved = status === 'R' || status === 'C';
    const from = isMoved ? tokens[at + 1]! : null;
    const path = tokens[at + (isMoved ? 2 : 1)] ?? '';
    at += isMoved ? 3 : 2;
    files.push({ path, from, old: { mode: oldMode!, oid: oldOid! }, new: { mode: newMode!, oid: newOid! } });
  }
  return { files, rest: tokens.slice(at) };
}

/** `added<TAB>removed<TAB>path`, for renames with an empty path and both names behind it. */
function parseCounts(tokens: readonly string[]): ReadonlyMap<string, Pick<FileChange, 'added' | 'removed'>> {
  const counts = new Map<string, Pick<FileChange, 'added' | 'removed'>>();
  for (let at = 0; at < tokens.length; at++) {
    const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(tokens[at]!) ?? [];
    if (added === undefined) continue;
    const name = path === '' ? tokens[at + 2]! : path!;
    if (path === '') at += 2;
    counts.set(name, { added: numberOf(added), removed: numberOf(removed!) });
  }
  return counts;
}

function numberOf(text: string): number | null {
  return text === '-' ? null : Number(text);
}
