import { bartGraphs } from '../blocks/bartStack.js';
import { sinusoidalPlaces } from '../blocks/places.js';
import type { Architecture } from '../types.js';

/** Pegasus (arXiv 1912.08777): BART with norms before attention and feed-forward, and sines for places. */
export const pegasus: Architecture = {
  modelTypes: ['pegasus'],
  heads: ['ForConditionalGeneration'],
  build: (source) =>
    bartGraphs(source, {
      normsBefore: true,
      embeddingNorm: 'none',
      places: sinusoidalPlaces,
      wordBias: true,
      activation: 'gelu',
      scaled: false,
    }),
};
