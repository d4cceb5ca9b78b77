import type { JsonObject } from '../../snapshot/snapshotFiles.js';

/** One part of what a tokenizer makes of a text or pair: the text, the pair, or a special token. */
export type TemplatePart =
  | { readonly text: 'A' | 'B'; readonly type: number }
  | { readonly token: string; readonly type: number };

export function textPart(type = 0): TemplatePart {
  return { text: 'A', type };
}

export function pairPart(type = 1): TemplatePart {
  return { text: 'B', type };
}

export function tokenPart(token: string, type = 0): TemplatePart {
  return { token, type };
}

/** A post-processor of tokenizer.json that puts special tokens around a text, and around a pair. */
export function template(
  single: readonly TemplatePart[],
  pair: readonly TemplatePart[],
  idOf: (token: string) => number,
): JsonObject {
  const tokens = [...single, ...pair].flatMap((part) => ('token' in part ? [part.token] : []));
  return {
    type: 'TemplateProcessing',
    single: single.map(partJson),
    pair: pair.map(partJson),
    special_tokens: Object.fromEntries(
      tokens.map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
    ),
  };
}

function partJson(part: TemplatePart): JsonObject {
  return 'token' in part
    ? { SpecialToken: { id: part.token, type_id: part.type } }
    : { Sequence: { id: part.text, type_id: part.type } };
}

/** `[CLS] text [SEP]`, `[CLS] text [SEP] pair [SEP]`; where `double`, two stand between text and pair. */
export function enclosed(
  { cls, sep, clsType = 0, pairType = 1, double = false }: Enclosing,
  idOf: (token: string) => number,
): JsonObject {
  const single = [tokenPart(cls, clsType), textPart(), tokenPart(sep)];
  const between = double ? [tokenPart(sep)] : [];
  return template(single, [...single, ...between, pairPart(pairType), tokenPart(sep, pairType)], idOf);
}

interface Enclosing {
  readonly cls: string;
  readonly sep: string;
  readonly clsType?: number;
  readonly pairType?: number;
  readonly double?: boolean;
}
