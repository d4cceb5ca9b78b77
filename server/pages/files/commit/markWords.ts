import { diffWordsWithSpace } from 'diff';
import type { LinePart, PatchLine } from '../../../../views/pages/files/commit.js';

const maxPairs = 2000;
const maxLength = 500;
/** Words that may differ before a line counts as another one. */
const maxEdits = 100;
/** Less in common, and marks would only be noise. */
const leastShared = 0.3;

/**
 * Marks the words that differ between a removed line and the one that came in its place. Lines of a run of changes are
 * compared in their order; a line that is long, or another one altogether, has no marks.
 */
export function markWords(lines: readonly PatchLine[]): readonly PatchLine[] {
  const marked = [...lines];
  let pairs = 0;
  for (const [removed, added] of runsOf(lines)) {
    for (let index = 0; index < Math.min(removed.length, added.length) && pairs < maxPairs; index++) {
      const [old, fresh] = [lines[removed[index]!]!, lines[added[index]!]!];
      const parts = compared(old.text, fresh.text);
      pairs += 1;
      if (!parts) continue;
      marked[removed[index]!] = { ...old, parts: parts.old };
      marked[added[index]!] = { ...fresh, parts: parts.fresh };
    }
  }
  return marked;
}

type Run = readonly [removed: readonly number[], added: readonly number[]];

/** Places of removed lines with the added ones that follow at once. */
function runsOf(lines: readonly PatchLine[]): readonly Run[] {
  const runs: Run[] = [];
  let [removed, added]: [number[], number[]] = [[], []];
  const close = (): void => {
    if (removed.length > 0 && added.length > 0) runs.push([removed, added]);
    [removed, added] = [[], []];
  };
  for (const [at, { kind }] of lines.entries()) {
    if (kind === 'removed') {
      if (added.length > 0) close();
      removed.push(at);
    } else if (kind === 'added') added.push(at);
    else close();
  }
  close();
  return runs;
}

function compared(old: string, fresh: string): { old: readonly LinePart[]; fresh: readonly LinePart[] } | null {
  if (old.length > maxLength || fresh.length > maxLength) return null;
  const changes = diffWordsWithSpace(old, fresh, { maxEditLength: maxEdits });
  if (!changes) return null;
  const shared = changes.reduce(
    (sum, { added, removed, value }) => sum + (added || removed ? 0 : value.trim().length),
    0,
  );
  if (shared < leastShared * Math.max(old.trim().length, fresh.trim().length)) return null;
  return {
    old: changes.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, changed: removed })),
    fresh: changes.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, changed: added })),
  };
}
