import type { CtcVocabulary } from './ctcVocabulary.js';

/** A token and the frames that it was heard in: from `start` to before `end`. */
export interface Heard {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The likeliest token of each frame of [1, frames, words]. */
export function likeliestIds({ data, dims }: { data: Float32Array; dims: readonly number[] }): readonly number[] {
  const words = dims[2]!;
  return Array.from({ length: dims[1]! }, (_, frame) => {
    let best = 0;
    for (let word = 1; word < words; word += 1)
      if (data[frame * words + word]! > data[frame * words + best]!) best = word;
    return best;
  });
}

/** Frames that say the same in a row are one token; blanks part them and are nothing. Source: Graves et al. 2006 (CTC). */
export function heardTokens(ids: readonly number[], vocabulary: CtcVocabulary): readonly Heard[] {
  const tokens = ids.map((id) => vocabulary.tokenOf(id));
  const heard: Heard[] = [];
  let start = 0;
  for (let end = 1; end <= tokens.length; end += 1) {
    const token = tokens[start]!;
    if (tokens[end] === token) continue;
    const text = token === vocabulary.delimiter ? vocabulary.space : token;
    if (token !== vocabulary.blank) heard.push({ text, start, end });
    start = end;
  }
  return heard;
}

export function textOf(heard: readonly Heard[], { lowersCase, cleansUp }: CtcVocabulary): string {
  const text = heard
    .map((token) => token.text)
    .join('')
    .trim();
  const cased = lowersCase ? text.toLowerCase() : text;
  return cleansUp ? withoutSpacesBeforePunctuation(cased) : cased;
}

/** Words between the spaces, each from its first token to the last frame before the next. */
export function heardWords(heard: readonly Heard[], { space }: CtcVocabulary): readonly Heard[] {
  const words: Heard[] = [];
  let word: Heard | null = null;
  for (const token of heard) {
    if (token.text === space) {
      if (word) words.push(word);
      word = null;
    } else {
      word = word ? { text: word.text + token.text, start: word.start, end: token.end } : token;
    }
  }
  return word ? [...words, word] : words;
}

/** What Python calls cleaning up: English contractions and punctuation lose the space before them. */
function withoutSpacesBeforePunctuation(text: string): string {
  return text
    .replaceAll(/ ([.?!,])/g, '$1')
    .replaceAll(" ' ", "'")
    .replaceAll(/ (n't|'m|'s|'ve|'re)/g, '$1');
}
