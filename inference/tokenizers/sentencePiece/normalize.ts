import { CharsMap } from './charsMap.js';
import type { SentencePieceModel } from './model.js';
import { Prefixes } from './prefixes.js';

/** The character that stands for a space inside of pieces. */
export const spaceMark = '\u2581';

/** The text as SentencePiece cuts it into pieces: characters replaced, spaces joined and marked. */
export function normalizerOf(model: SentencePieceModel): (text: string) => string {
  const map = model.charsMap && CharsMap.from(model.charsMap);
  const symbols = new Prefixes(model.pieces.filter(({ type }) => type === 'userDefined').map(({ text }) => text));
  const space = model.escapeSpaces ? spaceMark : ' ';
  return (text) => {
    const parts = [...replacedParts(text, map, symbols)];
    const words = model.removeExtraSpaces ? joinedSpaces(parts) : parts.join('');
    // A text that is nothing is no word, but spaces that are kept are.
    if (words === '' && (model.removeExtraSpaces || text === '')) return '';
    const prefix = model.addDummyPrefix && !model.spaceIsSuffix ? space : '';
    const suffix = model.addDummyPrefix && model.spaceIsSuffix ? space : '';
    const marked = prefix + words.replaceAll(' ', space);
    return (model.removeExtraSpaces ? withoutEnding(marked, space) : marked) + suffix;
  };
}

/** The text part by part: what the user defined, what a rule replaces, else a character. */
function* replacedParts(text: string, map: CharsMap | null, symbols: Prefixes): Generator<string> {
  const bytes = Buffer.from(text);
  let byte = 0;
  for (let at = 0; at < text.length; ) {
    const symbol = symbols.longest(text, at);
    const rule = symbol === null ? (map?.match(bytes, byte) ?? null) : null;
    const part = symbol ?? (rule ? bytes.toString('utf8', byte, byte + rule.length) : characterAt(text, at));
    yield rule?.replacement ?? part;
    at += part.length;
    byte += rule?.length ?? Buffer.byteLength(part);
  }
}

function characterAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at)!);
}

/** Spaces at the start of a part go when the part before it ended with one; the text begins as if behind a space. */
function joinedSpaces(parts: readonly string[]): string {
  let joined = '';
  let isBehindSpace = true;
  for (const part of parts) {
    const left: string = isBehindSpace ? part.replace(/^ +/, '') : part;
    if (left === '') continue;
    joined += left;
    isBehindSpace = left.endsWith(' ');
  }
  return joined;
}

function withoutEnding(text: string, ending: string): string {
  let end = text.length;
  while (text.endsWith(ending, end)) end -= ending.length;
  return text.slice(0, end);
}
