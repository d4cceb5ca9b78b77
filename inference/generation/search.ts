import { type Decoder, rowOf } from './decoder.js';
import { drawn, type Random } from './random.js';
import type { Rule } from './rules.js';
import { likeliest, likeliestOf, logSumOfExponents } from './scores.js';
import { type FinishReason, finishOf, type Stopping, throwIfLeft } from './stopping.js';

export interface ScoredToken {
  readonly id: number;
  /** Logarithm of its probability, as the model gave it. */
  readonly logprob: number;
}

/** A token that was chosen. */
export interface Chosen extends ScoredToken {
  /** The likeliest tokens of its place, as many as were asked for. */
  readonly top?: readonly ScoredToken[];
}

export interface Sequence {
  /** New tokens, the one that ended them included. */
  readonly tokens: readonly Chosen[];
  readonly finish: FinishReason;
}

/** Hears each token of each sequence when it is chosen, and whether it ends the sequence. */
export type OnToken = (row: number, token: Chosen, finish: FinishReason | null) => Promise<void>;

export interface Search {
  readonly rules: readonly Rule[];
  readonly stopping: Stopping;
  readonly signal: AbortSignal;
  /** Draws tokens at random; null = takes the likeliest. */
  readonly random: Random | null;
  /** So many of the likeliest tokens are told for each place. */
  readonly topTokens: number;
  readonly onToken: OnToken | null;
}

interface Row {
  readonly index: number;
  readonly ids: number[];
  readonly tokens: Chosen[];
  finish: FinishReason | null;
}

/** `count` sequences side by side, each token by itself: greedy, or drawn at random. */
export async function continued(
  decoder: Decoder,
  prompt: readonly number[],
  count: number,
  search: Search,
): Promise<Sequence[]> {
  const rows = Array.from(
    { length: count },
    (_, index): Row => ({ index, ids: [...prompt], tokens: [], finish: null }),
  );
  let scores = await decoder.begin(prompt);
  let running = rows;
  let sources = rows.map(() => 0);
  for (;;) {
    throwIfLeft(search.signal);
    for (const [place, row] of running.entries()) {
      // Rows that go on from one source share its scores, and rules change them.
      const own = Float32Array.from(rowOf(scores, sources[place]!));
      await extend(row, prompt.length, choose(row.ids, own, search), search);
    }
    const kept = running.flatMap(({ finish }, place) => (finish === null ? [place] : []));
    if (kept.length === 0) return rows.map(({ tokens, finish }) => ({ tokens, finish: finish! }));
    const before = sources;
    running = kept.map((place) => running[place]!);
    scores = await decoder.next(
      kept.map((place) => before[place]!),
      running.map(({ ids }) => ids.at(-1)!),
    );
    sources = running.map((_, place) => place);
  }
}

function choose(ids: readonly number[], scores: Float32Array, { rules, random, topTokens }: Search): Chosen {
  const raw = rules.length > 0 ? Float32Array.from(scores) : scores;
  for (const rule of rules) rule(ids, scores);
  const id = random ? drawn(scores, logSumOfExponents(scores), random) : likeliest(scores);
  const all = logSumOfExponents(raw);
  const scored = (token: number): ScoredToken => ({ id: token, logprob: raw[token]! - all });
  return topTokens === 0 ? scored(id) : { ...scored(id), top: likeliestOf(raw, topTokens).map(scored) };
}

async function extend(row: Row, promptLength: number, token: Chosen, { stopping, onToken }: Search): Promise<void> {
  row.ids.push(token.id);
  row.tokens.push(token);
  row.finish = await finishOf(row.ids, promptLength, stopping);
  await onToken?.(row.index, token, row.finish);
}
