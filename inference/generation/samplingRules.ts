import { topIndices } from '../pipelines/numbers.js';
import type { Rule } from './rules.js';
import { banned, logSumOfExponents, maximum } from './scores.js';
import type { GenerationSettings } from './settings.js';

/** What `top_k` is where nothing is said, as in Python. */
const usualTopK = 50;

/** The rules of drawing at random, in the order in which Python applies them. Each leaves at least `keep` tokens. */
export function samplingRules(settings: GenerationSettings, keep: number): Rule[] {
  const { temperature = 1, top_k = usualTopK, top_p = 1, min_p, typical_p = 1 } = settings;
  const rules: (Rule | null)[] = [
    temperature === 1 ? null : warmed(temperature),
    top_k === 0 ? null : amongLikeliest(Math.max(top_k, keep)),
    top_p < 1 ? withinShare(top_p, keep) : null,
    min_p === undefined ? null : nearLikeliest(min_p, keep),
    typical_p < 1 ? typical(typical_p, keep) : null,
  ];
  return rules.filter((rule) => rule !== null);
}

function warmed(temperature: number): Rule {
  return (_, scores) => {
    for (let i = 0; i < scores.length; i++) scores[i]! /= temperature;
  };
}

/** Those as likely as the last of the `count` likeliest stay too. */
function amongLikeliest(count: number): Rule {
  return (_, scores) => {
    if (count >= scores.length) return;
    const least = scores[topIndices(scores, count).at(-1)!]!;
    for (let i = 0; i < scores.length; i++) if (scores[i]! < least) scores[i] = banned;
  };
}

/** The likeliest tokens that together have the share `top_p`. */
function withinShare(share: number, keep: number): Rule {
  return (_, scores) => {
    const order = byScore(scores);
    const shift = logSumOfExponents(scores);
    let below = 0;
    for (const index of order.subarray(0, Math.max(0, order.length - keep))) {
      below += Math.exp(scores[index]! - shift);
      if (below > 1 - share) return;
      scores[index] = banned;
    }
  };
}

/** Tokens whose probability is at least `share` of the likeliest one's. */
function nearLikeliest(share: number, keep: number): Rule {
  return (_, scores) => {
    const least = maximum(scores) + Math.log(share);
    const order = byScore(scores);
    for (const index of order.subarray(0, Math.max(0, order.length - keep)))
      if (scores[index]! < least) scores[index] = banned;
  };
}

/** Tokens whose surprise is nearest to the expected one, until they have the share `mass`. */
function typical(mass: number, keep: number): Rule {
  return (_, scores) => {
    const shift = logSumOfExponents(scores);
    let entropy = 0;
    for (const score of scores) if (score !== banned) entropy -= (score - shift) * Math.exp(score - shift);
    const distances = Float64Array.from(scores, (score) => Math.abs(shift - score - entropy));
    const order = possible(scores).sort((a, b) => distances[a]! - distances[b]! || a - b);
    let taken = 0;
    let last = 0;
    for (; last < order.length - 1; last++) {
      taken += Math.exp(scores[order[last]!]! - shift);
      if (taken >= mass) break;
    }
    const furthest = distances[order[last]!]!;
    for (const index of order.subarray(keep)) if (distances[index]! > furthest) scores[index] = banned;
  };
}

/** Tokens that are not banned, from the least to the greatest score; of equals the earlier first. */
function byScore(scores: Float32Array): Uint32Array {
  return possible(scores).sort((a, b) => scores[a]! - scores[b]! || a - b);
}

function possible(scores: Float32Array): Uint32Array {
  const indices: number[] = [];
  for (let i = 0; i < scores.length; i++) if (scores[i]! !== banned) indices.push(i);
  return Uint32Array.from(indices);
}
