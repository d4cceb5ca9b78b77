import type { NumberedToken, TokenNumbers } from '../tokenizers/tokenNumbers.js';

/** What is wrong between a tokenizer and the table that its tokens are looked up in. */
export interface Misfit {
  /** Ordinary texts have tokens that the table lacks: the model does not read them. */
  readonly isProblem: boolean;
  readonly reason: string;
}

/** So large a part of its words may lack a row, and the model still reads most texts. */
const tolerated = 0.02;

/** Null when the table has a row for each token; it may have more. */
export function vocabularyMisfit({ words, marks }: TokenNumbers, rows: number): Misfit | null {
  const isBeyond = ({ id }: NumberedToken) => id >= rows;
  const missing = words.filter(isBeyond);
  const beyond = [...missing, ...marks.filter(isBeyond)];
  if (beyond.length === 0) return null;
  const table = `its embedding has ${rows} rows`;
  if (missing.length > tolerated * words.length) {
    const tokens = highest(words).id + 1;
    const reason =
      `its tokenizer knows ${tokens} tokens, ${table}, so that many texts cannot be read; push the tokenizer that ` +
      `the weights were trained with, or weights with ${tokens} rows (vocab_size in config.json)`;
    return { isProblem: true, reason };
  }
  const last = highest(beyond);
  const reason =
    `its tokenizer gives numbers up to ${last.id} (${JSON.stringify(last.content.slice(0, 50))}), ${table}: ` +
    'a text with a token beyond them is not answered';
  return { isProblem: false, reason };
}

function highest(tokens: readonly NumberedToken[]): NumberedToken {
  return tokens.reduce((best, token) => (token.id > best.id ? token : best));
}
