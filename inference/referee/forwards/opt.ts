import { add } from '../arrays.js';
import { type DecoderPass, decoderReferee, placeOf } from './decoder.js';

const epsilon = 1e-5;

/** OPT (arXiv 2205.01068): learned places from row 2 on; norms before each part, or behind it in the model of 350 M. */
export const optReferee = decoderReferee({
  modelTypes: ['opt'],
  layersKey: 'num_hidden_layers',
  prefixes: ['model.decoder.', 'decoder.'],
  sizes: (config) => {
    const size = config.size('hidden_size', 768);
    const heads = config.size('num_attention_heads', 12);
    return { size, inner: config.size('ffn_dim', 3072), heads, keyHeads: heads, headSize: size / heads };
  },
  layerName: (index) => `layers.${index}`,
  embed: async (pass, ids) => {
    const words = await pass.rows('embed_tokens', ids);
    const wide = isNarrow(pass) ? await pass.dense('project_in', words) : words;
    return add(
      wide,
      await pass.rows(
        'embed_positions',
        ids.map((_, at) => 2 + placeOf(at)),
      ),
    );
  },
  layer: passLayer,
  finish: async (pass, x) => {
    const hasNorm = isNormedBefore(pass) && !pass.config.flag('_remove_final_layer_norm', false);
    const normed = hasNorm ? await pass.norm('final_layer_norm', x, epsilon) : x;
    return isNarrow(pass) ? pass.dense('project_out', normed) : normed;
  },
  words: (config) => (config.flag('tie_word_embeddings', true) ? 'embed_tokens' : 'lm_head'),
});

function isNormedBefore({ config }: DecoderPass): boolean {
  return config.flag('do_layer_norm_before', true);
}

/** Whether words have fewer numbers than the layers. */
function isNarrow({ config, sizes }: DecoderPass): boolean {
  return config.size('word_embed_proj_dim', sizes.size) !== sizes.size;
}

async function passLayer(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const around = async (input: Float32Array, norm: string, inside: (one: Float32Array) => Promise<Float32Array>) => {
    if (isNormedBefore(pass)) return add(input, await inside(await pass.norm(`${name}.${norm}`, input, epsilon)));
    return pass.norm(`${name}.${norm}`, add(input, await inside(input)), epsilon);
  };
  const attended = await around(x, 'self_attn_layer_norm', async (one) => {
    const part = (which: string) => pass.dense(`${name}.self_attn.${which}_proj`, one);
    return pass.dense(`${name}.self_attn.out_proj`, pass.attend(await part('q'), await part('k'), await part('v')));
  });
  return around(attended, 'final_layer_norm', async (one) => {
    const raised = pass.activate(
      await pass.dense(`${name}.fc1`, one),
      pass.config.text('activation_function') ?? 'relu',
    );
    return pass.dense(`${name}.fc2`, raised);
  });
}
