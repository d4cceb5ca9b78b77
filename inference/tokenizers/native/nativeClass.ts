import type { JsonObject } from '../../snapshot/snapshotFiles.js';
import type { AddedToken } from '../addedTokens.js';
import type { SpecialDefaults, SpecialName, SpecialTokens } from '../specialTokens.js';

/** What a tokenizer is built from when the repository has no tokenizer.json. */
export interface NativeSource {
  readonly folder: string;
  readonly settings: JsonObject;
  readonly special: SpecialTokens;
}

/** The parts of a tokenizer.json that its vocabulary files say. */
export interface NativeParts {
  readonly model: JsonObject;
  /** The id of a token of the vocabulary. */
  readonly idOf: (token: string) => number | null;
  readonly size: number;
  /** Tokens that the vocabulary itself sets apart, with the ids that they have. */
  readonly added: readonly AddedToken[];
  readonly normalizer: JsonObject | null;
  readonly preTokenizer: JsonObject | null;
  readonly decoder: JsonObject | null;
}

/** Tokens that say which language a text is in. */
export interface LanguageTokens {
  readonly known: readonly string[];
  /** The language of a text where nothing says it. */
  readonly own: string;
  /** Whether they stand behind the end of a text, else before the text. */
  isBehind(settings: JsonObject): boolean;
}

/** A tokenizer class of transformers whose work the `tokenizers` library does. */
export interface NativeClass {
  readonly special: SpecialDefaults;
  /** Special tokens beside the named ones where no file lists any. */
  readonly additional?: (settings: JsonObject) => readonly string[];
  /** Whether a special token takes the space before it, and is looked for in the normalised text. */
  readonly flags?: (name: SpecialName) => Partial<Pick<AddedToken, 'lstrip' | 'normalized'>>;
  /** Such a class says itself what stands around a text, whatever tokenizer.json says. */
  readonly languages?: LanguageTokens;
  /** Null when its files are not there. @throws HubError INFERENCE_UNAVAILABLE when they cannot be used */
  read(source: NativeSource): Promise<NativeParts | null>;
  /** The post-processor: what stands around a text. */
  around(source: NativeSource, idOf: (token: string) => number): JsonObject | null;
}
