import ignore from 'ignore';

/** Tells whether a path is an LFS file by the `.gitattributes` files of a tree. */
export type LfsRule = (path: string) => boolean;

/**
 * Reads the `filter=lfs` lines (and what takes them back: `-filter`, `!filter`, another filter) of gitattributes(5).
 * Patterns are those of gitignore(5). Deeper files win over the root's.
 * @param files content of each .gitattributes by its folder ('' = root)
 */
export function lfsRule(files: ReadonlyMap<string, string>): LfsRule {
  const folders = [...files.keys()].sort((a, b) => b.length - a.length);
  const rules = new Map(folders.map((folder) => [folder, parseAttributes(files.get(folder)!)]));
  return (path) => {
    for (const folder of folders) {
      if (folder && !path.startsWith(`${folder}/`)) continue;
      const verdict = rules.get(folder)!(folder ? path.slice(folder.length + 1) : path);
      if (verdict !== null) return verdict;
    }
    return false;
  };
}

/** @returns true or false where a line decides, null where none does; the last matching line wins. */
function parseAttributes(text: string): (path: string) => boolean | null {
  const lines = text
    .slice(0, 1_000_000)
    .split('\n')
    .slice(0, 2000)
    .flatMap((line) => parseLine(line.trim()))
    .reverse();
  return (path) => lines.find((line) => line.matches(path))?.isLfs ?? null;
}

function parseLine(line: string): readonly { isLfs: boolean; matches: (path: string) => boolean }[] {
  if (!line || line.startsWith('#') || line.startsWith('!')) return [];
  const [pattern = '', ...attributes] = line.split(/\s+/);
  const filter = attributes.filter((attribute) => /^[-!]?filter(=|$)/.test(attribute)).at(-1);
  if (!filter) return [];
  const matcher = ignore().add(pattern);
  return [{ isLfs: filter === 'filter=lfs', matches: (path) => matcher.ignores(path) }];
}
