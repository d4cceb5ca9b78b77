import type { PatchLine } from '../../../views/pages/files/commit.js';

interface ParsedFile {
  readonly path: string;
  readonly lines: readonly PatchLine[];
}

const mostLines = 3000;

/**
 * The files of a patch as `git diff-tree -p` prints it (git-diff(1), "Generating patch text with -p"): extended headers
 * only name the file, hunks become numbered lines. A patch that was cut gives what is there.
 * @param maxLines of a file
 */
export function parsePatch(patch: string, maxLines = mostLines): readonly ParsedFile[] {
  return patch
    .split(/^(?=diff --git )/m)
    .filter((section) => section.startsWith('diff --git '))
    .map((section) => parseFile(section, maxLines));
}

function parseFile(section: string, maxLines: number): ParsedFile {
  const lines = section.split('\n');
  const firstHunk = lines.findIndex((line) => line.startsWith('@@ '));
  const head = firstHunk < 0 ? lines : lines.slice(0, firstHunk);
  const body = firstHunk < 0 ? [] : parseHunks(lines.slice(firstHunk));
  return { path: pathOf(head), lines: body.slice(0, maxLines) };
}

function pathOf(head: readonly string[]): string {
  const named = (prefix: string): string | undefined => {
    const line = head.find((one) => one.startsWith(prefix));
    // The end of a `+++` line marks a name with spaces by a tab.
    return line === undefined ? undefined : unquoted(line.slice(prefix.length).replace(/\t$/, ''));
  };
  const sides = [named('+++ '), named('--- ')].filter((name) => name !== undefined && name !== '/dev/null');
  const renamed = named('rename to ');
  if (renamed !== undefined) return renamed;
  if (sides[0] !== undefined) return sides[0].replace(/^[ab]\//, '');
  // Neither text nor renamed: both names of the first line are the same, `a/x b/x`.
  const first = head[0]!.slice('diff --git '.length);
  return unquoted(first.slice(Math.ceil(first.length / 2))).replace(/^b\//, '');
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** git-config(1), core.quotePath: names with control characters, quotes or backslashes are written as C strings. */
function unquoted(name: string): string {
  const [, inner] = /^"(.*)"$/s.exec(name) ?? [];
  if (inner === undefined) return name;
  const bytes = [...inner.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs)].map(([, octal, escaped, plain]) => {
    if (octal !== undefined) return Buffer.from([Number.parseInt(octal, 8)]);
    if (escaped !== undefined) return Buffer.from([escapes[escaped] ?? escaped.charCodeAt(0)]);
    return Buffer.from(plain!);
  });
  return Buffer.concat(bytes).toString('utf8');
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
