/**
 * JavaScript puts the keys of an object that are whole numbers before all others; the columns of a table may be years, and
 * their order says what a model answers. So such keys are read with a mark in front, which keeps them in their place.
 */
const mark = '\0';

/** JSON with its keys in their order. @throws SyntaxError */
export function parseInOrder(json: string): unknown {
  return JSON.parse(
    json.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (text, colon: string | undefined) =>
      colon !== undefined && /^"(0|[1-9]\d*)"/.test(text) ? `"\\u0000${text.slice(1)}` : text,
    ),
  );
}

/** A key as it was written. */
export function plainKey(key: string): string {
  return key.startsWith(mark) ? key.slice(mark.length) : key;
}
