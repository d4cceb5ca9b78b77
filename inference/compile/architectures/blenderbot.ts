import { type BartTraits, bartGraphs } from '../blocks/bartStack.js';
import { learnedPlaces } from '../blocks/places.js';
import type { Architecture } from '../types.js';

const shared = {
  places: learnedPlaces(0),
  wordBias: true,
  activation: 'gelu',
  scaled: false,
} as const satisfies Partial<BartTraits>;

/** Blenderbot (arXiv 2004.13637), the large models: norms before attention and feed-forward. */
export const blenderbot: Architecture = {
  modelTypes: ['blenderbot'],
  heads: ['ForConditionalGeneration'],
  build: (source) => bartGraphs(source, { ...shared, normsBefore: true, embeddingNorm: 'none' }),
};

/** The model with 90 million parameters: norms behind, and the decoder's words are normalised before their places are added. */
export const blenderbotSmall: Architecture = {
  modelTypes: ['blenderbot-small'],
  heads: ['ForConditionalGeneration'],
  build: (source) => bartGraphs(source, { ...shared, normsBefore: false, embeddingNorm: 'decoderWordsOnly' }),
};
