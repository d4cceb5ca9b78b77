import type { PatchLine } from '../commit.js';

/** A row of two sides; a hunk's head, or a note of git, stands over both. */
export type SplitRow =
  | { readonly hunk: PatchLine }
  | { readonly left: PatchLine | null; readonly right: PatchLine | null };

/** Lines of a patch side by side: what was removed beside what was added in its place. */
export function splitRows(lines: readonly PatchLine[]): readonly SplitRow[] {
  const rows: SplitRow[] = [];
  let [removed, added]: [PatchLine[], PatchLine[]] = [[], []];
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      rows.push({ left: removed[at] ?? null, right: added[at] ?? null });
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === 'added') {
      added.push(line);
      continue;
    }
    // A line that git says ends without a line feed may stand between the two.
    if (line.kind !== 'removed' || added.length > 0) flush();
    if (line.kind === 'removed') removed.push(line);
    else if (line.kind === 'hunk') rows.push({ hunk: line });
    else rows.push({ left: line, right: line });
  }
  flush();
  return rows;
}
