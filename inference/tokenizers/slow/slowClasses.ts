import type { TextTokenizer } from '../../pipelines/model.js';
import type { JsonObject } from '../../snapshot/snapshotFiles.js';
import { type AddedToken, addedToken } from '../addedTokens.js';
import { type SpecialDefaults, type SpecialTokens, specialTokensOf } from '../specialTokens.js';
import { readBlenderbotSmall } from './blenderbotSmall.js';
import { readM2m100 } from './m2m100.js';
import { readMarian } from './marian.js';
import { type SlowKind, slowTokenizer } from './slowTokenizer.js';
import { readVits } from './vits.js';

export interface SlowSource {
  readonly folder: string;
  readonly settings: JsonObject;
  /** special_tokens_map.json */
  readonly map: JsonObject;
  /** The tokens that the settings name, by id. */
  readonly listed: readonly AddedToken[];
}

interface SlowClass {
  readonly special: SpecialDefaults;
  read(source: SlowSource, special: SpecialTokens): Promise<SlowKind>;
}

/** Tokenizer classes that transformers has in Python only. */
const slowClasses: Readonly<Record<string, SlowClass>> = {
  MarianTokenizer: {
    special: { unk_token: '<unk>', eos_token: '</s>', pad_token: '<pad>' },
    read: ({ folder }, special) => readMarian(folder, special),
  },
  M2M100Tokenizer: {
    special: { bos_token: '<s>', eos_token: '</s>', sep_token: '</s>', pad_token: '<pad>', unk_token: '<unk>' },
    read: ({ folder, settings }, special) => readM2m100(folder, settings, special),
  },
  VitsTokenizer: {
    special: { pad_token: '<pad>', unk_token: '<unk>' },
    read: ({ folder, settings, listed }, special) =>
      readVits(folder, settings, special, [...listed.map(({ content }) => content), ...special.all]),
  },
  BlenderbotSmallTokenizer: {
    special: { bos_token: '__start__', eos_token: '__end__', unk_token: '__unk__', pad_token: '__null__' },
    read: ({ folder }, special) => readBlenderbotSmall(folder, special),
  },
};

/** Whether only Python has the class: the ids of its pieces are those of vocab.json. */
export function isSlowClass(className: string | null): boolean {
  return className !== null && Object.hasOwn(slowClasses, className);
}

/** Null when the class is none of these. @throws HubError INFERENCE_UNAVAILABLE when its files cannot be used */
export async function readSlowTokenizer(className: string, source: SlowSource): Promise<TextTokenizer | null> {
  if (!isSlowClass(className)) return null;
  const tokenizer = slowClasses[className]!;
  const special = specialTokensOf(source.settings, source.map, tokenizer.special);
  const kind = await tokenizer.read(source, special);
  return slowTokenizer(kind, allAdded(kind, source.listed, special), special, {
    cleansUp: source.settings.clean_up_tokenization_spaces === true,
    truncatesLeft: source.settings.truncation_side === 'left',
  });
}

/** The tokens of the settings and the special ones; those that the vocabulary lacks have the ids behind it. */
function allAdded(kind: SlowKind, listed: readonly AddedToken[], special: SpecialTokens): readonly AddedToken[] {
  const found = new Map(listed.map((token) => [token.content, token]));
  let next = Math.max(kind.vocabularySize, ...listed.map(({ id }) => id + 1));
  for (const content of special.all) {
    if (found.has(content)) continue;
    const known = kind.ownId(content) ?? next++;
    found.set(content, addedToken(known, { content, special: true, normalized: false }));
  }
  return [...found.values()];
}
