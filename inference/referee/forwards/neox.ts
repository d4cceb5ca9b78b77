import { add, columnsOf } from '../arrays.js';
import { turn, turningOf } from '../rotary.js';
import { type DecoderPass, decoderReferee, placeOf } from './decoder.js';

/** GPT-NeoX (arXiv 2204.06745): attention and feed-forward side by side, part of each head turned. */
export const neoxReferee = decoderReferee({
  modelTypes: ['gpt_neox'],
  layersKey: 'num_hidden_layers',
  prefixes: ['gpt_neox.'],
  sizes: (config) => {
    const size = config.size('hidden_size', 6144);
    const heads = config.size('num_attention_heads', 64);
    const inner = config.size('intermediate_size', 24576);
    return { size, inner, heads, keyHeads: heads, headSize: size / heads };
  },
  layerName: (index) => `layers.${index}`,
  embed: (pass, ids) => pass.rows('embed_in', ids),
  layer: passLayer,
  finish: (pass, x) => norm(pass, 'final_layer_norm', x),
  words: (config) => (config.flag('tie_word_embeddings', false) ? 'embed_in' : 'embed_out'),
});

async function passLayer(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const seen = await look(pass, `${name}.attention`, await norm(pass, `${name}.input_layernorm`, x));
  const attended = add(x, seen);
  const read = pass.config.flag('use_parallel_residual', true) ? x : attended;
  const normed = await norm(pass, `${name}.post_attention_layernorm`, read);
  const raised = pass.activate(
    await pass.dense(`${name}.mlp.dense_h_to_4h`, normed),
    pass.config.text('hidden_act') ?? 'gelu',
  );
  return add(attended, await pass.dense(`${name}.mlp.dense_4h_to_h`, raised));
}

/** Each head has its query, key and value one after the other. */
async function look(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const { config, sizes } = pass;
  const { size, headSize } = sizes;
  const all = await pass.dense(`${name}.query_key_value`, x);
  const part = (which: number) => columnsOf(all, 3 * headSize, which * headSize, (which + 1) * headSize);
  const turning = turningOf(
    config,
    Math.floor(headSize * config.number('rotary_pct', 0.25)),
    config.number('rotary_emb_base', 10_000),
  );
  const turned = (one: Float32Array) => turn(one, headSize, turning, placeOf, size);
  return pass.dense(`${name}.dense`, pass.attend(turned(part(0)), turned(part(1)), part(2)));
}

function norm(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  return pass.norm(name, x, pass.config.number('layer_norm_eps', 1e-5));
}
