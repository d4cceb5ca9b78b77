import { bartGraphs } from '../blocks/bartStack.js';
import { sinusoidalPlaces } from '../blocks/places.js';
import type { Architecture } from '../types.js';

/** Marian (arXiv 1804.00344), the models of OPUS: BART with sines for places. */
export const marian: Architecture = {
  modelTypes: ['marian'],
  heads: ['MTModel'],
  build: (source) =>
    bartGraphs(source, {
      normsBefore: false,
      embeddingNorm: 'none',
      places: sinusoidalPlaces,
      wordBias: true,
      activation: 'gelu',
      scaled: false,
    }),
};
