import type { Config } from '../../../compile/config.js';
import { BartPass, type BartTraits, bartCross, bartDecode, learned, sinesOfWords } from '../bartLayers.js';
import { writtenIds, writtenWords } from '../encoderDecoder.js';
import type { TextDecoder } from './textDecoder.js';

const plain = { places: learned(2), embeddingNorm: 'sum', curve: 'gelu', isScaled: false } as const;

/** The decoder of BART or of mBART. */
export function bartLikeDecoder({ isNormedBefore }: Pick<BartTraits, 'isNormedBefore'>): TextDecoder {
  return decoderOf(() => ({ ...plain, isNormedBefore }), 'lm_head.weight');
}

/** TrOCR's (arXiv 2109.10282): places are learned, or sines of how many words there are. */
export const trocrDecoder = decoderOf(
  (config) => ({
    ...plain,
    isNormedBefore: false,
    places: config.flag('use_learned_position_embeddings', true) ? plain.places : sinesOfWords,
    embeddingNorm: config.flag('layernorm_embedding', true) ? 'sum' : 'none',
  }),
  'output_projection.weight',
);

function decoderOf(traitsOf: (config: Config) => BartTraits, untiedWords: string): TextDecoder {
  return {
    layersKey: 'decoder_layers',
    size: (config) => config.size('d_model', 1024),
    inner: (config) => config.size('decoder_ffn_dim', 4096),
    async pass({ config, weights, images, encoded, depth }) {
      const traits = traitsOf(config);
      const pass = new BartPass(config, weights, traits, images);
      const ids = traits.places === sinesOfWords ? writtenWords(config, 1, images) : writtenIds(config, images);
      const cross = await bartCross(pass, Math.min(depth, config.size('decoder_layers', 12)), encoded);
      const decoded = await bartDecode(pass, ids, cross, () => false);
      const scores = () => pass.logits(decoded.x, null, untiedWords);
      return { ...decoded, ids, cross, scores, heads: pass.heads('decoder') };
    },
  };
}
