import { type PathPattern, pathPattern } from './pathPattern.js';

/** Tells whether a path is an LFS file by the `.gitattributes` files of a tree. */
export interface LfsRule {
  (path: string): boolean;
  /** Lines that are asked for one path at most. */
  readonly lines: number;
}

interface Line {
  readonly isLfs: boolean;
  readonly matches: PathPattern;
}

/** git itself ignores longer lines. */
const maxLineLength = 2048;
const maxLines = 2000;

/**
 * Reads the `filter=lfs` lines (and what takes them back: `-filter`, `!filter`, another filter) of gitattributes(5), and macros that
 * stand for them. Deeper files win over the root's, later lines over earlier ones.
 * @param files content of each .gitattributes by its folder ('' = root)
 */
export function lfsRule(files: ReadonlyMap<string, string>): LfsRule {
  const macros = macrosOf(files.get('') ?? '');
  const folders = [...files.keys()].sort((a, b) => b.length - a.length);
  const rules = folders.map((folder) => ({ folder, lines: parseAttributes(files.get(folder)!, macros) }));
  const decide = (path: string): boolean => {
    for (const { folder, lines } of rules) {
      if (folder && !path.startsWith(`${folder}/`)) continue;
      const below = folder ? path.slice(folder.length + 1) : path;
      const line = lines.find(({ matches }) => matches(below));
      if (line) return line.isLfs;
    }
    return false;
  };
  return Object.assign(decide, { lines: rules.reduce((sum, { lines }) => sum + lines.length, 0) });
}

/** The lines that decide about the filter, the last first. */
function parseAttributes(text: string, macros: ReadonlyMap<string, boolean>): readonly Line[] {
  return linesOf(text)
    .flatMap((line) => parseLine(line, macros))
    .reverse();
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(0, maxLines)
    .filter((line) => line.length <= maxLineLength)
    .map((line) => line.trim());
}

function parseLine(line: string, macros: ReadonlyMap<string, boolean>): readonly Line[] {
  if (!line || /^[#!]|^\[attr\]/.test(line)) return [];
  const { pattern, rest } = splitPattern(line);
  const isLfs = verdictOf(rest, macros);
  return isLfs === null ? [] : [{ isLfs, matches: pathPattern(pattern) }];
}

/** `[attr]name filter=lfs …`: whoever sets `name` sets these. git reads macros of the root only. */
function macrosOf(text: string): ReadonlyMap<string, boolean> {
  const macros = new Map<string, boolean>();
  for (const line of linesOf(text)) {
    const [, name, rest] = /^\[attr\]([\w.-]+)\s+(.*)$/.exec(line) ?? [];
    const isLfs = rest === undefined ? null : verdictOf(rest, macros);
    if (name && isLfs !== null) macros.set(name, isLfs);
  }
  return macros;
}

/** Whether attributes name the LFS filter; null where they say nothing of filters. */
function verdictOf(attributes: string, macros: ReadonlyMap<string, boolean>): boolean | null {
  let verdict: boolean | null = null;
  for (const attribute of attributes.split(/\s+/)) {
    if (/^[-!]?filter(=|$)/.test(attribute)) verdict = attribute === 'filter=lfs';
    else if (/^[-!]/.test(attribute)) verdict = macros.has(attribute.slice(1)) ? false : verdict;
    else verdict = macros.get(attribute) ?? verdict;
  }
  return verdict;
}

/** A pattern with blanks is written in quotes, with the escapes of C. */
function splitPattern(line: string): { pattern: string; rest: string } {
  const quoted = /^"((?:[^"\\]|\\.)*)"\s*/.exec(line);
  if (!quoted) {
    const [pattern = ''] = line.split(/\s/, 1);
    return { pattern, rest: line.slice(pattern.length).trim() };
  }
  const pattern = quoted[1]!.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : ({ n: '\n', t: '\t' }[code] ?? code),
  );
  return { pattern, rest: line.slice(quoted[0].length) };
}
