import { type BartTraits, bartGraphs, bartHeads } from '../blocks/bartStack.js';
import { learnedPlaces } from '../blocks/places.js';
import { readingHeadTraces } from '../blocks/readingHeads.js';
import type { Architecture } from '../types.js';

const shared = {
  embeddingNorm: 'placed',
  // The table of places begins with two rows that are not used.
  places: learnedPlaces(2),
  wordBias: true,
  activation: 'gelu',
  scaled: false,
} as const satisfies Partial<BartTraits>;

/** BART (arXiv 1910.13461), as transformers' `modeling_bart` names and computes it. */
export const bart: Architecture = {
  modelTypes: ['bart'],
  heads: bartHeads,
  headTraces: readingHeadTraces,
  tiesWords: true,
  build: (source) => bartGraphs(source, { ...shared, normsBefore: false }),
};

/** mBART (arXiv 2001.08210): BART with its norms before attention and feed-forward. */
export const mbart: Architecture = {
  modelTypes: ['mbart'],
  heads: bartHeads,
  headTraces: readingHeadTraces,
  tiesWords: true,
  build: (source) => bartGraphs(source, { ...shared, normsBefore: true, turns: true }),
};
