import type { Config } from '../../compile/config.js';
import { add, columnsOf } from '../arrays.js';
import { type DecoderPass, decoderReferee, placeOf, tokens } from './decoder.js';

/** BLOOM (arXiv 2211.05100): no places, but scores that grow with a key's, each head by a slope of its own. */
export const bloomReferee = decoderReferee({
  modelTypes: ['bloom'],
  layersKey: 'n_layer',
  prefixes: ['transformer.'],
  sizes: (config) => {
    const size = config.size(config.has('n_embed') ? 'n_embed' : 'hidden_size', 64);
    const heads = config.size(config.has('num_attention_heads') ? 'num_attention_heads' : 'n_head', 8);
    return { size, inner: 4 * size, heads, keyHeads: heads, headSize: size / heads };
  },
  layerName: (index) => `h.${index}`,
  embed: async (pass, ids) => norm(pass, 'word_embeddings_layernorm', await pass.rows('word_embeddings', ids)),
  layer: passLayer,
  finish: (pass, x) => norm(pass, 'ln_f', x),
  words: (config: Config) => (config.flag('tie_word_embeddings', true) ? 'word_embeddings' : 'lm_head'),
});

async function passLayer(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const addsNormed = pass.config.flag('apply_residual_connection_post_layernorm', false);
  const before = await norm(pass, `${name}.input_layernorm`, x);
  const attended = add(addsNormed ? before : x, await look(pass, `${name}.self_attention`, before));
  const behind = await norm(pass, `${name}.post_attention_layernorm`, attended);
  const raised = pass.activate(await pass.dense(`${name}.mlp.dense_h_to_4h`, behind), 'gelu_pytorch_tanh');
  return add(addsNormed ? behind : attended, await pass.dense(`${name}.mlp.dense_4h_to_h`, raised));
}

/** Each head has its query, key and value one after the other. */
async function look(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const { heads, headSize } = pass.sizes;
  const all = await pass.dense(`${name}.query_key_value`, x);
  const part = (which: number) => columnsOf(all, 3 * headSize, which * headSize, (which + 1) * headSize);
  const seen = pass.attend(part(0), part(1), part(2), {
    bias: (row, head, key) => slopeOf(head, heads) * placeOf(row * tokens + key),
  });
  return pass.dense(`${name}.dense`, seen);
}

/** ALiBi (arXiv 2108.12409): 2^(−8/n), squared, cubed… for n heads; what is more than a power of two lies between. */
function slopeOf(head: number, heads: number): number {
  const whole = 2 ** Math.floor(Math.log2(heads));
  return head < whole ? 2 ** ((-8 * (head + 1)) / whole) : 2 ** ((-8 * (2 * (head - whole) + 1)) / (2 * whole));
}

function norm(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  return pass.norm(name, x, pass.config.number('layer_norm_epsilon', 1e-5));
}
