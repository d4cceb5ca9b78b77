import { type JsonObject, unavailable } from '../../snapshot/snapshotFiles.js';
import { addedToken } from '../addedTokens.js';
import type { SentencePieceModel } from '../sentencePiece/model.js';
import { spaceMark } from '../sentencePiece/normalize.js';
import { mergesOf } from './merges.js';
import type { NativeParts } from './nativeClass.js';

/** Pieces with their scores, by id. */
export type Entries = readonly (readonly [text: string, score: number])[];

export interface Build {
  readonly entries: Entries;
  readonly unknownId: number;
  readonly normalizer: JsonObject | null;
  readonly preTokenizer: JsonObject | null;
  readonly decoder: JsonObject;
  readonly byteFallback?: boolean;
  /** Tokens that the user defined and that are special all the same. */
  readonly alsoSpecial?: ReadonlySet<string>;
}

/** Longer pieces are no words, and each is tried in as many partings as it has characters. */
const maxPieceLength = 2000;

/** A SentencePiece model as the `tokenizers` library reads it. @throws HubError INFERENCE_UNAVAILABLE */
export function sentencePieceParts(model: SentencePieceModel, build: Build): NativeParts {
  const { entries, alsoSpecial } = build;
  const ids = new Map(entries.map(([text], id) => [text, id]));
  const added = model.pieces.flatMap(({ text, type }) =>
    type === 'control' || type === 'userDefined'
      ? [{ content: text, special: type === 'control' || alsoSpecial?.has(text) === true, normalized: false }]
      : [],
  );
  return {
    model: model.algorithm === 'unigram' ? unigram(build) : bpe(model, build, ids),
    idOf: (token) => ids.get(token) ?? null,
    size: ids.size,
    added: added.map((token) => addedToken(ids.get(token.content) ?? 0, token)),
    normalizer: build.normalizer,
    preTokenizer: build.preTokenizer,
    decoder: build.decoder,
  };
}

function unigram({ entries, unknownId, byteFallback = false }: Build): JsonObject {
  return { type: 'Unigram', unk_id: unknownId, vocab: entries, byte_fallback: byteFallback };
}

function bpe(model: SentencePieceModel, { entries, byteFallback = false }: Build, ids: ReadonlyMap<string, number>) {
  if (entries.some(([text]) => text.length > maxPieceLength))
    throw unavailable(`${model.name} has a piece of more than ${maxPieceLength} characters`);
  const parts = new Map(model.pieces.map(({ text }, id) => [text, id]));
  // Where a byte's piece was given to the tab (Gemma), the tab is a part of others too.
  for (const [text, id] of ids) if (text === '\t' && !parts.has(text)) parts.set(text, id);
  return {
    type: 'BPE',
    unk_token: model.pieces[model.unknownId]!.text,
    fuse_unk: true,
    byte_fallback: byteFallback,
    vocab: Object.fromEntries(ids),
    merges: mergesOf(new Map(entries), parts),
  };
}

export function entriesOf(model: SentencePieceModel, from = 0): Entries {
  return model.pieces.slice(from).map(({ text, score }) => [text, score]);
}

/** Numbers with a comma at their end are cut before the comma. */
export function withoutNumberCommas(entries: Entries): Entries {
  return entries.map(([text, score]) => [text, /\p{Nd},$/u.test(text) ? score - 100 : score]);
}

export function sequence(normalizers: readonly JsonObject[]): JsonObject {
  return { type: 'Sequence', normalizers };
}

/** The model's rules of characters, when it has any. */
export function charsMapSteps({ charsMap }: SentencePieceModel): readonly JsonObject[] {
  return charsMap ? [{ type: 'Precompiled', precompiled_charsmap: charsMap.toString('base64') }] : [];
}

export function replaceText(from: string, content: string): JsonObject {
  return { type: 'Replace', pattern: { String: from }, content };
}

export function replaceSpaces(content: string): JsonObject {
  return { type: 'Replace', pattern: { Regex: ' {2,}' }, content };
}

/** Rules of characters, no spaces at the end, none in a row. */
export function plainNormalizer(model: SentencePieceModel): JsonObject {
  const strip = { type: 'Strip', strip_left: false, strip_right: true };
  return sequence([...charsMapSteps(model), strip, replaceSpaces(spaceMark)]);
}

export function metaspace(prepend_scheme: 'always' | 'first' | 'never' = 'always', split = true): JsonObject {
  return { type: 'Metaspace', replacement: spaceMark, prepend_scheme, split };
}
