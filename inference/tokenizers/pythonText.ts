/*
 * What Python's str methods mean where JavaScript's mean something else: tokenizers that only Python has are defined by them.
 */

/** The characters that `str.isspace`, `str.strip` and `\s` of Python's regular expressions take for space. */
export const pythonSpace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const spacesAtStart = new RegExp(`^[${pythonSpace}]+`);
const space = new RegExp(`[${pythonSpace}]`);

export function stripStart(text: string): string {
  return text.replace(spacesAtStart, '');
}

export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && space.test(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

export function strip(text: string): string {
  return stripEnd(stripStart(text));
}
