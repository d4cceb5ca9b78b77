import type { TextTokenizer } from '../pipelines/model.js';

/** Tokens that are decoded beside those that may spell a stop text. */
const margin = 4;

/** Whether tokens spell one of the texts, of which none is in them without the last token; null = there are no texts. */
export function stopCheck(
  tokenizer: Pick<TextTokenizer, 'decode'>,
  texts: readonly string[],
): ((tokens: readonly number[]) => Promise<boolean>) | null {
  if (texts.length === 0) return null;
  // A token has at least one byte.
  const longest = Math.max(...texts.map((text) => Buffer.byteLength(text)));
  return async (tokens) => {
    const text = await tokenizer.decode(tokens.slice(-(longest + margin)), false, false);
    return texts.some((stop) => text.includes(stop));
  };
}
