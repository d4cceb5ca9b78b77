import { pathPattern } from '../../hooks/pathPattern.js';

const maxLines = 2000;
const maxLineLength = 2048;
const maxDepth = 50;

/** Tells whether a `.gitignore` of the root leaves a path out (gitignore(5)): the last line that fits decides, and nothing comes back from a folder that is left out. */
export function ignoreRule(text: string): { (path: string): boolean; readonly lines: number } {
  const lines = text
    .split('\n')
    .slice(0, maxLines)
    .filter((line) => line.length <= maxLineLength)
    .flatMap(parseLine)
    .reverse();
  const isLeftOut = (path: string, isFolder: boolean): boolean =>
    lines.find((line) => (isFolder || !line.isForFolders) && line.matches(path))?.isLeftOut ?? false;
  const decide = (path: string): boolean => {
    const parts = path.split('/');
    if (parts.length > maxDepth) return false;
    return parts.some((_, at) => isLeftOut(parts.slice(0, at + 1).join('/'), at < parts.length - 1));
  };
  return Object.assign(decide, { lines: lines.length });
}

interface Line {
  readonly isLeftOut: boolean;
  readonly isForFolders: boolean;
  matches(path: string): boolean;
}

function parseLine(written: string): readonly Line[] {
  // Blanks at the end count only behind a backslash.
  const line = written.replace(/\r$/, '').replace(/(?<!\\)[ \t]{1,200}$/, '');
  if (line === '' || line.startsWith('#')) return [];
  const isLeftOut = !line.startsWith('!');
  const pattern = isLeftOut ? line : line.slice(1);
  const isForFolders = pattern.endsWith('/');
  const bare = isForFolders ? pattern.slice(0, -1) : pattern;
  return bare === '' ? [] : [{ isLeftOut, isForFolders, matches: pathPattern(bare) }];
}
