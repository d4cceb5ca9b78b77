import { type JsonObject, unavailable } from '../../snapshot/snapshotFiles.js';
import { pythonSpace, strip } from '../pythonText.js';
import { Prefixes } from '../sentencePiece/prefixes.js';
import type { SpecialTokens } from '../specialTokens.js';

/** What a word that has no parts in the vocabulary is, by its length in characters. */
const maxWordLength = 100;
const spaces = new RegExp(`[${pythonSpace}]+`);
const cjk =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
/** What stands in no word: unknown characters, and controls but for those that are spaces. */
const unwanted = /[\0\ufffd]|(?![\t\n\r])\p{C}/gu;
const anySpace = /[\t\n\r\p{Zs}]/gu;
const punctuation = /[!-/:-@[-`{-~]|\p{P}/u;

export interface TapasWords {
  /** Tokens of a question or a cell. A text without any letter is one token that says so; an empty one is none. */
  tokens(text: string): readonly string[];
  idOf(token: string): number;
}

/** TAPAS cuts words as BERT's Python tokenizer does; it has no other one. @throws HubError INFERENCE_UNAVAILABLE */
export function tapasWords(vocabulary: string, settings: JsonObject, special: SpecialTokens): TapasWords {
  const lines = vocabulary.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  const ids = new Map(lines.map((token, id) => [token, id]));
  const unknown = special.named('unk_token') ?? '[UNK]';
  const unknownId = ids.get(unknown);
  if (unknownId === undefined) throw unavailable(`vocab.txt has no ${unknown}, which its tokenizer needs`);
  const isSpecial = new Set(special.all);
  const specials = new Prefixes(special.all);
  const empty = special.additional[0] ?? '[EMPTY]';
  const lowers = settings.do_lower_case !== false;
  const cut = wordCutter(settings, lowers, isSpecial);
  return {
    tokens: (text) =>
      partsOf(text, specials).flatMap(({ text: part, isSpecial: whole }) => {
        if (whole) return [part];
        const cleaned = lowers ? lowered(part) : part;
        if (isWithoutLetters(cleaned)) return [empty];
        return cut(cleaned).flatMap((word) => (isSpecial.has(word) ? [word] : wordPieces(word, ids, unknown)));
      }),
    idOf: (token) => ids.get(token) ?? unknownId,
  };
}

interface Part {
  readonly text: string;
  readonly isSpecial: boolean;
}

function partsOf(text: string, specials: Prefixes): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const token = specials.longest(text, at);
    if (token === null) {
      at += 1;
      continue;
    }
    if (at > start) parts.push({ text: text.slice(start, at), isSpecial: false });
    parts.push({ text: token, isSpecial: true });
    at += token.length;
    start = at;
  }
  if (start < text.length) parts.push({ text: text.slice(start), isSpecial: false });
  return parts;
}

/** Character by character, so that no letter's small form depends on its neighbours. */
function lowered(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('');
}

function isWithoutLetters(text: string): boolean {
  return /^(n\/a|\?|nan)$/i.test(strip(text)) || !/[\p{L}\p{N}]/u.test(text);
}

function wordCutter(settings: JsonObject, lowers: boolean, isSpecial: ReadonlySet<string>) {
  const strips = settings.strip_accents === true || (lowers && settings.strip_accents !== false);
  return (text: string): readonly string[] => {
    const clean = text.replace(unwanted, '').replace(anySpace, ' ');
    const apart = settings.tokenize_chinese_chars === false ? clean : clean.replace(cjk, ' $& ');
    return words(apart.normalize('NFC')).flatMap((word) => {
      if (isSpecial.has(word)) return [word];
      const small = lowers ? word.toLowerCase() : word;
      const plain = strips ? small.normalize('NFD').replace(/\p{Mn}/gu, '') : small;
      return isSpecial.has(plain) ? [plain] : withoutPunctuation(plain);
    });
  };
}

function words(text: string): readonly string[] {
  return text.split(spaces).filter((word) => word !== '');
}

/** Each character of punctuation is a word of its own. */
function withoutPunctuation(word: string): readonly string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const character of word) {
    const ends = punctuation.test(character);
    if (ends || !isOpen) found.push(character);
    else found[found.length - 1] += character;
    isOpen = !ends;
  }
  return found.flatMap(words);
}

/** The longest parts that the vocabulary has, from the start of the word; those that go on begin with ##. */
function wordPieces(word: string, ids: ReadonlyMap<string, number>, unknown: string): readonly string[] {
  const characters = [...word];
  if (characters.length > maxWordLength) return [unknown];
  const pieces: string[] = [];
  for (let start = 0; start < characters.length; ) {
    let end = characters.length;
    const piece = () => (start > 0 ? '##' : '') + characters.slice(start, end).join('');
    while (end > start && !ids.has(piece())) end -= 1;
    if (end === start) return [unknown];
    pieces.push(piece());
    start = end;
  }
  return pieces;
}
