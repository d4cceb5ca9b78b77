import { LRUCache } from 'lru-cache';
import type { CodeLine } from '../../../../views/code/highlight.js';
import type { BlobContent } from '../../../../views/pages/files/blob.js';
import { markup } from '../../../markup.js';

export const maxTextBytes = 512_000;
const maxLines = 10_000;
const maxHiddenLines = 20;
/** Some 100 bytes each. */
const maxKeptTokens = 300_000;
/** Controls, zero width, bidirectional marks, and the other characters that make text read otherwise than it is. */
const hiddenCharacters =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const hiddenCharacter = new RegExp(`(${hiddenCharacters.source})`);

export type HighlightFile = (oid: string, path: string, text: string) => Promise<readonly CodeLine[]>;

/** Texts as coloured lines, kept by the blob's id. */
export function createHighlighter(): HighlightFile {
  const kept = new LRUCache<string, readonly CodeLine[]>({
    maxSize: maxKeptTokens,
    sizeCalculation: (lines) => lines.reduce((count, line) => count + line.length + 1, 1),
  });
  return async (oid, path, text) => {
    const { highlight, maxHighlighted } = await markup.code();
    const key = `${oid} ${path.slice(path.lastIndexOf('.') + 1)}`;
    const lines = kept.get(key) ?? highlight(text.replace(/\r\n/g, '\n').replace(/\n$/, ''), path);
    // Plain lines hold the whole text and are made at once.
    if (text.length <= maxHighlighted) kept.set(key, lines);
    return lines;
  };
}

/** @param isWhole false where the text was cut @param reveal characters that cannot be seen are written out */
export function textContent(
  text: string,
  lines: readonly CodeLine[],
  { isWhole, reveal }: { isWhole: boolean; reveal: boolean },
): Omit<Extract<BlobContent, { kind: 'text' }>, 'facts' | 'problem'> {
  const shown = lines.slice(0, maxLines);
  return {
    kind: 'text',
    lines: reveal ? shown.map(revealed) : shown,
    left: Math.max(0, lines.length - maxLines),
    isWhole,
    hidden: hiddenLines(text),
    revealed: reveal,
  };
}

/** Each such character as a piece of its own, `U+202E`. */
function revealed(line: CodeLine): CodeLine {
  return line.flatMap(({ text, kind }) =>
    text.split(hiddenCharacter).flatMap((part, index) => {
      if (part === '') return [];
      if (index % 2 === 0) return [{ text: part, kind }];
      const code = part.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
      return [{ text: `U+${code}`, kind: 'revealed' }];
    }),
  );
}

/** The first ones: the rest is as suspicious. */
export function hiddenLines(text: string): readonly number[] {
  if (!hiddenCharacters.test(text)) return [];
  return text
    .split('\n')
    .flatMap((line, index) => (hiddenCharacters.test(line) ? [index + 1] : []))
    .slice(0, maxHiddenLines);
}
