import type { Config } from '../../compile/config.js';
import { add, addRow, columnsOf, linear, transposed } from '../arrays.js';
import type { NamedWeights } from '../namedWeights.js';
import { type DecoderPass, type DecoderSizes, decoderReferee, placeOf } from './decoder.js';

/** GPT-2 (Radford et al., 2019): norms before each part, learned places, weights as [inputs, outputs]. */
export const gpt2Referee = decoderReferee({
  modelTypes: ['gpt2'],
  layersKey: 'n_layer',
  prefixes: ['transformer.'],
  sizes: gpt2Sizes,
  layerName: (index) => `h.${index}`,
  embed: async (pass, ids) =>
    add(
      await pass.rows('wte', ids),
      await pass.rows(
        'wpe',
        ids.map((_, at) => placeOf(at)),
      ),
    ),
  layer: passLayer,
  finish: (pass, x) => gpt2Norm(pass, 'ln_f', x),
  words: gpt2Words,
});

/** Scores of words are made by their own table, or by another. */
export function gpt2Words(config: Config): string {
  return config.flag('tie_word_embeddings', true) ? 'wte' : 'lm_head';
}

export function gpt2Sizes(config: Config): DecoderSizes {
  const size = config.size('n_embd', 768);
  const heads = config.size('n_head', 12);
  const inner = config.has('n_inner') ? config.size('n_inner') : 4 * size;
  return { size, inner, heads, keyHeads: heads, headSize: size / heads };
}

async function passLayer(pass: DecoderPass, name: string, x: Float32Array, index: number): Promise<Float32Array> {
  const { config, sizes } = pass;
  const { size } = sizes;
  const all = await gpt2Columns(pass, `${name}.attn.c_attn`, await gpt2Norm(pass, `${name}.ln_1`, x));
  const part = (which: number) => columnsOf(all, 3 * size, which * size, (which + 1) * size);
  const scale = gpt2Scale(config, index);
  const seen = pass.attend(part(0), part(1), part(2), { scale });
  return gpt2Forward(pass, name, add(x, await gpt2Columns(pass, `${name}.attn.c_proj`, seen)));
}

/** The feed-forward part, with its input added. */
export async function gpt2Forward(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  const raised = await gpt2Columns(pass, `${name}.mlp.c_fc`, await gpt2Norm(pass, `${name}.ln_2`, x));
  const active = pass.activate(raised, pass.config.text('activation_function') ?? 'gelu_new');
  return add(x, await gpt2Columns(pass, `${name}.mlp.c_proj`, active));
}

/** Of the scores of a layer. */
export function gpt2Scale(config: Config, layer: number): number {
  const byHead = config.flag('scale_attn_weights', true) ? gpt2Sizes(config).headSize ** -0.5 : 1;
  return config.flag('scale_attn_by_inverse_layer_idx', false) ? byHead / (layer + 1) : byHead;
}

export function gpt2Norm(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  return pass.norm(name, x, pass.config.number('layer_norm_epsilon', 1e-5));
}

/** A linear layer whose weight is [inputs, outputs]. */
export async function gpt2Columns(pass: NamedWeights, name: string, x: Float32Array): Promise<Float32Array> {
  const weight = pass.find(`${name}.weight`);
  const inputs = pass.weights.shapeOf(weight)[0]!;
  const product = linear(x, transposed(await pass.weights.read(weight), inputs), null, inputs);
  return addRow(product, await pass.read(`${name}.bias`));
}
