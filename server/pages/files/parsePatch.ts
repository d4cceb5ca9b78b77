import type { ChangedFile, PatchLine } from '../../../views/pages/files/commit.js';

type ParsedFile = Omit<ChangedFile, 'href'> & {
  /** The commit deletes it. */
  readonly isGone: boolean;
};

const maxLinesOfFile = 3000;

/**
 * The files of a patch as `git diff-tree -p` prints it (git-diff(1), "Generating patch text with -p"): extended headers
 * become notes, hunks become numbered lines. A patch that was cut gives what is there.
 */
export function parsePatch(patch: string): readonly ParsedFile[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((section) => section.startsWith('diff --git '))
    .map(parseFile);
}

function parseFile(section: string): ParsedFile {
  const lines = section.split('\n');
  const firstHunk = lines.findIndex((line) => line.startsWith('@@ '));
  const head = firstHunk < 0 ? lines : lines.slice(0, firstHunk);
  const body = firstHunk < 0 ? [] : parseHunks(lines.slice(firstHunk));
  return {
    path: pathOf(head),
    isGone: head.some((line) => line.startsWith('deleted file')),
    notes: notesOf(head),
    added: body.filter(({ kind }) => kind === 'added').length,
    removed: body.filter(({ kind }) => kind === 'removed').length,
    lines: body.slice(0, maxLinesOfFile),
  };
}

function pathOf(head: readonly string[]): string {
  const named = (prefix: string): string | undefined =>
    head.find((line) => line.startsWith(prefix))?.slice(prefix.length);
  const path = named('+++ b/') ?? named('+++ "b/') ?? named('rename to ') ?? named('--- a/') ?? named('--- "a/');
  // Neither text nor renamed: both names of the first line are the same, `a/x b/x`.
  const first = head[0]!.slice('diff --git '.length);
  return unquoted(path ?? first.slice(Math.ceil(first.length / 2)).replace(/^"?b\//, ''));
}

/** git quotes names with control characters and, at the end of `+++` lines, marks names with spaces by a tab. */
function unquoted(path: string): string {
  return path.replace(/\t$/, '').replace(/"$/, '');
}

function notesOf(head: readonly string[]): readonly string[] {
  return head.flatMap((line) => {
    if (/^(new file|deleted file|old mode|new mode|similarity index|rename from|rename to) ?/.test(line)) return [line];
    return line.startsWith('Binary files') ? ['binary'] : [];
  });
}

function parseHunks(lines: readonly string[]): PatchLine[] {
  const parsed: PatchLine[] = [];
  let [old, fresh] = [0, 0];
  for (const line of lines) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk) {
      [old, fresh] = [Number(hunk[1]), Number(hunk[2])];
      parsed.push({ kind: 'hunk', old: null, new: null, text: line });
    } else if (line.startsWith('+')) parsed.push({ kind: 'added', old: null, new: fresh++, text: line.slice(1) });
    else if (line.startsWith('-')) parsed.push({ kind: 'removed', old: old++, new: null, text: line.slice(1) });
    else if (line.startsWith(' ')) parsed.push({ kind: 'context', old: old++, new: fresh++, text: line.slice(1) });
    else if (line.startsWith('\\')) parsed.push({ kind: 'hunk', old: null, new: null, text: line.slice(2) });
  }
  return parsed;
}
