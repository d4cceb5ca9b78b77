import { HubError } from '../../../config/errors.js';
import { withoutSpacesBeforePunctuation } from '../../generation/punctuation.js';
import { type NativeEncoding, TextEncoding } from '../../pipelines/encoding.js';
import type { LanguageMarks, TextTokenizer } from '../../pipelines/model.js';
import type { AddedToken } from '../addedTokens.js';
import { stripEnd, stripStart } from '../pythonText.js';
import { Prefixes } from '../sentencePiece/prefixes.js';
import type { SpecialName, SpecialTokens } from '../specialTokens.js';

/** What one of Python's tokenizers does that the `tokenizers` library has no counterpart of. */
export interface SlowKind {
  /** What is done to a text before anything else. */
  prepare?(text: string): string;
  /** Tokens of a text that holds no added tokens. */
  cut(text: string): readonly string[];
  /** The id that the vocabulary gives a token, or null. */
  ownId(token: string): number | null;
  /** The id of a token that the vocabulary does not know, or null. */
  readonly unknownId: number | null;
  tokenOf(id: number): string | null;
  /** The text of tokens. */
  text(tokens: readonly string[]): string;
  /** Ids that stand before a text or pair. */
  readonly beginning?: readonly number[];
  /** Ids that stand behind a text or pair. */
  readonly ending: readonly number[];
  readonly vocabularySize: number;
  readonly languages?: LanguageMarks;
}

export interface SlowSettings {
  /** Whether spaces before punctuation go where a call does not say it. */
  readonly cleansUp: boolean;
  readonly truncatesLeft: boolean;
}

/**
 * A tokenizer like Python's slow ones: the text is cut at the added tokens, and what stands between them by the kind. It
 * tells no offsets and no words.
 */
export function slowTokenizer(
  kind: SlowKind,
  added: readonly AddedToken[],
  special: SpecialTokens,
  settings: SlowSettings,
): TextTokenizer {
  const byContent = new Map(added.map((token) => [token.content, token]));
  const byId = new Map(added.map((token) => [token.id, token.content]));
  const prefixes = new Prefixes(byContent.keys());
  const ownId = (token: string) => byContent.get(token)?.id ?? kind.ownId(token);
  const isSpecial = new Set(special.all);
  const tokenOf = (id: number) => byId.get(id) ?? kind.tokenOf(id);
  const specialIds = new Set(special.all.map(ownId));

  function idsOf(text: string): readonly number[] {
    const prepared = kind.prepare?.(text) ?? text;
    return pieces(prepared, byContent, prefixes)
      .flatMap(({ text: part, isAdded }) => (isAdded ? [part] : kind.cut(part)))
      .map((token) => ownId(token) ?? kind.unknownId ?? unknown(token));
  }

  function decode(ids: readonly number[], skipSpecial: boolean): string {
    const tokens = ids.flatMap((id) => {
      const token = tokenOf(id);
      // Ids that no token has may have the text of the unknown one.
      const isSkipped = token === null || (skipSpecial && (specialIds.has(id) || isSpecial.has(token)));
      return isSkipped ? [] : token;
    });
    const apart = new Set([...byContent.keys()].filter((content) => !isSpecial.has(content)));
    return joined(tokens, apart, (part) => kind.text(part));
  }

  const specialId = (name: SpecialName) => {
    const token = special.named(name);
    return token === null ? null : ownId(token);
  };
  return {
    async encode(text, pair) {
      const [first, second] = [idsOf(text), pair === undefined ? [] : idsOf(pair)];
      return new TextEncoding(plainEncoding({ first, second, ...kind }, (id) => tokenOf(id) ?? ''));
    },
    ids: async (text) => idsOf(text),
    async decode(ids, skipSpecial, cleansUp = settings.cleansUp) {
      const text = decode(ids, skipSpecial);
      return cleansUp ? withoutSpacesBeforePunctuation(text) : text;
    },
    join: (tokens) => kind.text(tokens),
    tokenOf: (id) => tokenOf(id) ?? '',
    idOf: ownId,
    vocabularySize: kind.vocabularySize,
    maskToken: null,
    maskId: null,
    padId: specialId('pad_token'),
    clsId: specialId('cls_token'),
    unkId: specialId('unk_token'),
    subwordPrefix: null,
    truncatesLeft: settings.truncatesLeft,
    languages: kind.languages ?? null,
  };
}

function unknown(token: string): never {
  throw new HubError('INFERENCE_INPUT_INVALID', {
    reason: `the model's vocabulary has no ${JSON.stringify(token.slice(0, 50))} and no token for what it does not know`,
  });
}

interface Part {
  text: string;
  readonly isAdded: boolean;
}

/** Added tokens, longest first, and what stands between them; a token may take the spaces beside it. */
function pieces(text: string, added: ReadonlyMap<string, AddedToken>, prefixes: Prefixes): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (let at = 0; at < text.length; ) {
    const content = prefixes.longest(text, at);
    if (content === null) {
      at += 1;
      continue;
    }
    if (at > start) parts.push({ text: text.slice(start, at), isAdded: false });
    parts.push({ text: content, isAdded: true });
    at += content.length;
    start = at;
  }
  if (start < text.length) parts.push({ text: text.slice(start), isAdded: false });
  parts.forEach(({ text: content, isAdded }, index) => {
    if (!isAdded) return;
    const { lstrip, rstrip } = added.get(content)!;
    const [left, right] = [parts[index - 1], parts[index + 1]];
    if (rstrip && right && !right.isAdded) right.text = stripStart(right.text);
    if (lstrip && left && !left.isAdded) left.text = stripEnd(left.text);
  });
  return parts.filter((part) => part.text !== '');
}

function joined(
  tokens: readonly string[],
  apart: ReadonlySet<string>,
  textOf: (tokens: readonly string[]) => string,
): string {
  const texts: string[] = [];
  let run: string[] = [];
  const flush = (): void => {
    const text = run.length > 0 ? textOf(run) : '';
    if (text !== '') texts.push(text);
    run = [];
  };
  for (const token of tokens) {
    if (!apart.has(token)) {
      run.push(token);
      continue;
    }
    flush();
    texts.push(token);
  }
  flush();
  return texts.join(' ');
}

interface Parts extends Pick<SlowKind, 'beginning' | 'ending'> {
  readonly first: readonly number[];
  readonly second: readonly number[];
}

function plainEncoding(
  { first, second, beginning = [], ending }: Parts,
  tokenOf: (id: number) => string,
): NativeEncoding {
  const ids = [...beginning, ...first, ...second, ...ending];
  const special = (part: readonly number[]) => part.map(() => null);
  const sequences = [...special(beginning), ...first.map(() => 0), ...second.map(() => 1), ...special(ending)];
  return {
    getIds: () => ids,
    getTokens: () => ids.map(tokenOf),
    getTypeIds: () => ids.map(() => 0),
    getSpecialTokensMask: () => sequences.map((sequence) => (sequence === null ? 1 : 0)),
    getOffsets: () => ids.map(() => [0, 0]),
    getWordIds: () => ids.map(() => null),
    getSequenceIds: () => sequences,
  };
}
