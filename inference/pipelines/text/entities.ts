import { labelOf } from '../labelScores.js';
import type { Model } from '../model.js';
import { argMax } from '../numbers.js';

/** How tokens become entities; the meaning of each is that of Python's token classification pipeline. */
export const aggregations = ['none', 'simple', 'first', 'average', 'max'] as const;
export type Aggregation = (typeof aggregations)[number];

export interface TokenScores {
  readonly word: string;
  readonly isSubword: boolean;
  readonly scores: Float64Array;
  readonly start: number;
  readonly end: number;
  /** Position in the sequence that the model read. */
  readonly index: number;
}

export interface Entity {
  readonly entity?: string;
  readonly entity_group?: string;
  readonly score: number;
  readonly index?: number;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** A token or word with the label that won. */
interface Labelled {
  readonly entity: string;
  readonly score: number;
  readonly index?: number;
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export function aggregated(model: Model, tokens: readonly TokenScores[], strategy: Aggregation): readonly Entity[] {
  if (strategy === 'none') return tokens.map((token) => labelledToken(model, token));
  if (strategy === 'simple')
    return grouped(
      model,
      tokens.map((token) => labelledToken(model, token)),
    );
  return grouped(
    model,
    wordsOf(tokens).map((word) => labelledWord(model, word, strategy)),
  );
}

/** Of entities of overlapping windows the longer stays, of equals the surer. */
export function withoutOverlaps(entities: readonly Entity[]): readonly Entity[] {
  const kept: Entity[] = [];
  for (const entity of entities.toSorted((a, b) => a.start - b.start)) {
    const previous = kept.at(-1);
    if (!previous || entity.start >= previous.end || entity.start < previous.start) kept.push(entity);
    else if (isBetter(entity, previous)) kept[kept.length - 1] = entity;
  }
  return kept;
}

function isBetter(entity: Entity, previous: Entity): boolean {
  const longer = entity.end - entity.start - (previous.end - previous.start);
  return longer > 0 || (longer === 0 && entity.score > previous.score);
}

function labelledToken({ config }: Model, { scores, index, word, start, end }: TokenScores): Labelled {
  const best = argMax(scores);
  return { entity: labelOf(config, best), score: scores[best]!, index, word, start, end };
}

function wordsOf(tokens: readonly TokenScores[]): readonly TokenScores[][] {
  const words: TokenScores[][] = [];
  for (const token of tokens) {
    if (token.isSubword && words.length > 0) words.at(-1)!.push(token);
    else words.push([token]);
  }
  return words;
}

function labelledWord(model: Model, tokens: readonly TokenScores[], strategy: 'first' | 'average' | 'max'): Labelled {
  const scores = wordScores[strategy](tokens);
  const best = argMax(scores);
  return {
    entity: labelOf(model.config, best),
    score: scores[best]!,
    word: model.tokenizer.join(tokens.map((token) => token.word)),
    start: tokens[0]!.start,
    end: tokens.at(-1)!.end,
  };
}

const wordScores: Readonly<Record<'first' | 'average' | 'max', (tokens: readonly TokenScores[]) => Float64Array>> = {
  first: (tokens) => tokens[0]!.scores,
  average: (tokens) =>
    tokens[0]!.scores.map((_, label) => tokens.reduce((sum, token) => sum + token.scores[label]!, 0) / tokens.length),
  max: (tokens) => {
    const heights = tokens.map(({ scores }) => scores[argMax(scores)]!);
    return tokens[argMax(heights)]!.scores;
  },
};

/** Neighbours of one label become one entity; a label that begins with `B-` begins anew. */
function grouped(model: Model, labelled: readonly Labelled[]): readonly Entity[] {
  const groups: Labelled[][] = [];
  for (const one of labelled) {
    const last = groups.at(-1)?.at(-1);
    if (last && tagOf(one.entity) === tagOf(last.entity) && !one.entity.startsWith('B-')) groups.at(-1)!.push(one);
    else groups.push([one]);
  }
  return groups.map((group) => ({
    entity_group: group[0]!.entity.replace(/^[^-]*-/, ''),
    score: group.reduce((sum, { score }) => sum + score, 0) / group.length,
    word: model.tokenizer.join(group.map(({ word }) => word)),
    start: group[0]!.start,
    end: group.at(-1)!.end,
  }));
}

function tagOf(label: string): string {
  return /^[BI]-/.test(label) ? label.slice(2) : label;
}
