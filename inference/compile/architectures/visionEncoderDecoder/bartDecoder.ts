import { type BartTraits, bartDecoder } from '../../blocks/bartStack.js';
import { learnedPlaces } from '../../blocks/places.js';
import type { Config } from '../../config.js';
import { placesWithoutPadding } from '../m2m100.js';
import type { WritingDecoder } from './writingDecoder.js';

/** The decoder of BART or mBART. */
export function bartLikeDecoder(config: Config, { normsBefore }: Pick<BartTraits, 'normsBefore'>): WritingDecoder {
  config.mustBe('cross_attention_hidden_size', null);
  return decoderOf(config, {
    normsBefore,
    embeddingNorm: 'placed',
    places: learnedPlaces(2),
    wordBias: false,
    activation: 'gelu',
    scaled: false,
  });
}

/** TrOCR's (arXiv 2109.10282): BART's, with or without a norm of its embeddings, its places learnt or computed. */
export function trocrDecoder(config: Config): WritingDecoder {
  const isLearned = config.flag('use_learned_position_embeddings', true);
  return decoderOf(config, {
    normsBefore: false,
    embeddingNorm: config.flag('layernorm_embedding', true) ? 'placed' : 'none',
    places: isLearned ? learnedPlaces(2) : placesWithoutPadding(config),
    wordBias: false,
    activation: 'gelu',
    scaled: false,
  });
}

function decoderOf(config: Config, traits: BartTraits): WritingDecoder {
  const crossSize = config.size('cross_attention_hidden_size', config.size('d_model', 1024));
  const isTied = config.flag('tie_word_embeddings', true);
  const { count, heads, headSize, words, keysOf, scores } = bartDecoder(config, traits, { isTied, crossSize });
  return {
    layers: count,
    heads,
    headSize,
    words,
    crossSize,
    keysOf,
    scores(g, state) {
      // What the library keeps beside places that it computes.
      g.weights.ignore(/\._float_tensor$/);
      return scores(g, state);
    },
  };
}
