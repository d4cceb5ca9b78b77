import { objectOf } from '../snapshot/snapshotFiles.js';
import type { TokenizerVocabulary } from './readTokenizer.js';

/** A token with its number. */
export interface NumberedToken {
  readonly id: number;
  readonly content: string;
}

export interface TokenNumbers {
  /** Tokens that ordinary texts are made of. */
  readonly words: readonly NumberedToken[];
  /** Those that are added to them, or that only a text which spells them has. */
  readonly marks: readonly NumberedToken[];
}

/** Placeholders of vocabularies that were made longer than they are: `[unused7]`, `<extra_id_0>`, `madeupword0003`. */
const placeholder = /^(\[[^\]]+\]|<[^>]+>|madeupword\d+)$/;

/** The tokens of a tokenizer with the numbers that it gives them. */
export function tokenNumbers({ vocabulary, added }: TokenizerVocabulary): TokenNumbers {
  const apart = new Set(added.map(({ content }) => content));
  const isMark = ({ content }: NumberedToken) => apart.has(content) || placeholder.test(content);
  const own = entriesOf(vocabulary).flatMap(numbered);
  return {
    words: own.filter((token) => !isMark(token)),
    marks: [...own.filter(isMark), ...added.flatMap(({ content, id }) => numbered([content, id]))],
  };
}

type Entry = readonly [content: string, id: unknown];

/** Of a map of tokens to ids, or of a list of [token, score] in the order of their ids. */
function entriesOf(vocabulary: unknown): readonly Entry[] {
  if (!Array.isArray(vocabulary)) return Object.entries(objectOf(vocabulary));
  return vocabulary.map((entry: unknown, id) => [Array.isArray(entry) ? String(entry[0]) : '', id] as const);
}

function numbered([content, id]: Entry): readonly NumberedToken[] {
  return content !== '' && typeof id === 'number' && Number.isSafeInteger(id) ? [{ content, id }] : [];
}
