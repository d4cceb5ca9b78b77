/** A table of GFM; cells are Markdown in which `|` may stand. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** `a`, `b`, `c` */
export function codes(texts: Iterable<string>): string {
  return [...texts].map(code).join(', ');
}

/** A block of code, in which shorter fences may stand. */
export function fenced(language: string, text: string): string {
  return [`\`\`\`\`${language}`, text.trimEnd(), '````'].join('\n');
}
