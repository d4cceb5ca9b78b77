import { bpeOf } from './bpe.js';
import type { SentencePieceModel } from './model.js';
import { normalizerOf, spaceMark } from './normalize.js';
import { unigramOf } from './unigram.js';

/** What SentencePiece's own library does with a model: texts to pieces and back. */
export interface SentencePieceProcessor {
  pieces(text: string): readonly string[];
  text(pieces: readonly string[]): string;
  /** The id of a piece, the unknown one's when it is none. */
  idOf(piece: string): number;
}

export function sentencePieceProcessor(model: SentencePieceModel): SentencePieceProcessor {
  const normalize = normalizerOf(model);
  const cut = model.algorithm === 'unigram' ? unigramOf(model) : bpeOf(model);
  const ids = new Map(model.pieces.map(({ text }, id) => [text, id]));
  const idOf = (piece: string) => ids.get(piece) ?? model.unknownId;
  return {
    pieces: (text) => withUnknown(cut(normalize(text)), model, (piece) => idOf(piece) === model.unknownId),
    text: (pieces) => textOf(pieces, model, idOf),
    idOf,
  };
}

/** Unknown pieces in a row are one, or the bytes that they are made of. */
function withUnknown(
  pieces: readonly string[],
  model: SentencePieceModel,
  isUnknown: (piece: string) => boolean,
): readonly string[] {
  const found: string[] = [];
  let wasUnknown = false;
  for (const piece of pieces) {
    const unknown = isUnknown(piece);
    if (unknown && model.byteFallback) found.push(...bytePieces(piece));
    else if (unknown && wasUnknown) found[found.length - 1] += piece;
    else found.push(piece);
    wasUnknown = unknown;
  }
  return found;
}

function bytePieces(piece: string): readonly string[] {
  return [...Buffer.from(piece)].map((byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
}

function textOf(pieces: readonly string[], model: SentencePieceModel, idOf: (piece: string) => number): string {
  const parts: string[] = [];
  let bytes: number[] = [];
  let isStart = true;
  let tookSpace = false;
  const flush = (): void => {
    if (bytes.length > 0) parts.push(textOfBytes(Buffer.from(bytes)));
    bytes = [];
  };
  for (const piece of pieces) {
    const { type, text } = model.pieces[idOf(piece)]!;
    if (type === 'byte') {
      bytes.push(Number.parseInt(piece.slice(3, 5), 16));
      continue;
    }
    flush();
    if (tookSpace || parts.some((part) => part !== '')) isStart = false;
    tookSpace = false;
    if (type === 'control') continue;
    if (type === 'unknown') parts.push(text === piece ? model.unknownSurface : piece);
    else {
      const takesSpace = isStart && piece.startsWith(spaceMark) && (model.addDummyPrefix || model.removeExtraSpaces);
      // Where extra spaces go, all that stand at the start do.
      tookSpace = takesSpace && !model.removeExtraSpaces;
      parts.push((takesSpace ? piece.slice(spaceMark.length) : piece).replaceAll(spaceMark, ' '));
    }
  }
  flush();
  return parts.join('');
}

/** Each byte that belongs to no character becomes U+FFFD. */
function textOfBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const width = characterWidth(bytes, at);
    text += width === 0 ? '\ufffd' : bytes.toString('utf8', at, at + width);
    at += Math.max(1, width);
  }
  return text;
}

/** Bytes of the UTF-8 character at a position, 0 when there is none. */
function characterWidth(bytes: Buffer, at: number): number {
  for (let width = 1; width <= 4 && at + width <= bytes.length; width++) {
    const text = bytes.toString('utf8', at, at + width);
    if (!text.includes('\ufffd') || bytes.toString('hex', at, at + width) === 'efbfbd') return width;
  }
  return 0;
}
