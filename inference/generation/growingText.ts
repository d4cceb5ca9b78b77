import type { TextTokenizer } from '../pipelines/model.js';
import { GrowingPunctuation } from './punctuation.js';

type Decode = Pick<TextTokenizer, 'decode'>;

/** Tokens before the first new one that are looked at to find the beginning of a character. */
const maxContext = 16;
/** A character that is not complete yet. */
const incomplete = '\uFFFD';
/** Tokens that are waited for to complete a character: UTF-8 has at most four bytes. */
const maxIncomplete = 8;

/**
 * The text of tokens while they come: each part is given when its characters are complete. All parts together are the text
 * of all tokens without the special ones.
 */
export class GrowingText {
  readonly #tokenizer: Decode;
  readonly #punctuation: GrowingPunctuation | null;
  /** The tokens given last, then those that are not given yet: a tokenizer joins words by what stands before. */
  #tokens: readonly number[];
  #given: number;
  #isBegun = false;

  /** `context` are the tokens before the first new one. `cleansUp`: spaces before punctuation go. */
  constructor(tokenizer: Decode, context: readonly number[], cleansUp: boolean) {
    this.#tokenizer = tokenizer;
    this.#punctuation = cleansUp ? new GrowingPunctuation() : null;
    this.#tokens = context.slice(-maxContext);
    this.#given = this.#tokens.length;
  }

  /** The text that this token makes certain, often none. */
  async add(token: number): Promise<string> {
    if (!this.#isBegun) await this.#begin();
    this.#tokens = [...this.#tokens, token];
    const part = await this.#newText();
    const waiting = this.#tokens.length - this.#given;
    if (part === '' || (part.endsWith(incomplete) && waiting < maxIncomplete)) return '';
    this.#settle();
    return this.#punctuation?.add(part) ?? part;
  }

  /** What is left when no token follows. */
  async rest(): Promise<string> {
    const part = await this.#newText();
    this.#settle();
    return this.#punctuation ? this.#punctuation.add(part) + this.#punctuation.rest() : part;
  }

  async #newText(): Promise<string> {
    const before = await this.#tokenizer.decode(this.#tokens.slice(0, this.#given), true, false);
    const all = await this.#tokenizer.decode(this.#tokens, true, false);
    return all.slice(before.length);
  }

  /** Tokens of a character's bytes make sense only together: the context must not begin within them. */
  async #begin(): Promise<void> {
    this.#isBegun = true;
    const all = this.#tokens;
    for (let length = Math.min(2, all.length); length <= all.length; length++) {
      this.#tokens = all.slice(all.length - length);
      if (!(await this.#tokenizer.decode(this.#tokens, true, false)).startsWith(incomplete)) break;
    }
    this.#given = this.#tokens.length;
  }

  #settle(): void {
    this.#tokens = this.#tokens.slice(this.#given);
    this.#given = this.#tokens.length;
  }
}
