/** Lines a pusher reads: git puts `remote: ` before each, so 70 columns keep within a terminal of 80. */
export const columns = 70;

/** Wraps at spaces; a longer word (a URL, an id) stays whole. Every line gets `indent`. */
export function wrap(text: string, indent = ''): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/(?<=\S)\s+/)) {
      if (line && indent.length + line.length + 1 + word.length > columns) {
        lines.push(indent + line);
        line = word;
      } else line = line ? `${line} ${word}` : word;
    }
    lines.push(indent + line);
  }
  return lines;
}

/**
 * Text from a repository, safe for a terminal: control characters (and with them escape sequences) are shown as `?`,
 * bidirectional overrides dropped. A pushed card must not draw on its reader's screen.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '?').replace(/[\u202a-\u202e\u2066-\u2069]/g, '');
}
