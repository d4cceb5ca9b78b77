/** `.gitattributes` with a line for each path that is to be in LFS and that no line says so of. */
export function withLfsLines(text: string, paths: readonly string[]): string {
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return start + paths.map((path) => `${asPattern(path)} filter=lfs diff=lfs merge=lfs -text\n`).join('');
}

/** A pattern that matches this path alone (gitattributes(5)): anchored, its stars meant as stars, in quotes where it has blanks. */
function asPattern(path: string): string {
  const literal = path.replace(/[\\*?[\]]/g, '\\$&');
  const anchored = path.includes('/') && !/^[#!]/.test(literal) ? literal : `/${literal}`;
  if (!/[\s"]/.test(anchored)) return anchored;
  return `"${anchored.replace(/[\\"]/g, '\\$&')}"`;
}
