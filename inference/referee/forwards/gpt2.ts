import { add, addRow, columnsOf, linear, transposed } from '../arrays.js';
import { type DecoderPass, decoderReferee, placeOf } from './decoder.js';

/** GPT-2 (Radford et al., 2019): norms before each part, learned places, weights as [inputs, outputs]. */
export const gpt2Referee = decoderReferee({
  modelTypes: ['gpt2'],
  layersKey: 'n_layer',
  prefixes: ['transformer.'],
  sizes: (config) => {
    const size = config.size('n_embd', 768);
    const heads = config.size('n_head', 12);
    const inner = config.has('n_inner') ? config.size('n_inner') : 4 * size;
    return { size, inner, heads, keyHeads: heads, headSize: size / heads };
  },
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
  finish: (pass, x) => norm(pass, 'ln_f', x),
  words: (config) => (config.flag('tie_word_embeddings', true) ? 'wte' : 'lm_head'),
});

async function passLayer(pass: DecoderPass, name: string, x: Float32Array, index: number): Promise<Float32Array> {
  const { config, sizes } = pass;
  const { size, headSize } = sizes;
  const all = await columns(pass, `${name}.attn.c_attn`, await norm(pass, `${name}.ln_1`, x));
  const part = (which: number) => columnsOf(all, 3 * size, which * size, (which + 1) * size);
  const byHead = config.flag('scale_attn_weights', true) ? headSize ** -0.5 : 1;
  const scale = config.flag('scale_attn_by_inverse_layer_idx', false) ? byHead / (index + 1) : byHead;
  const attended = add(
    x,
    await columns(pass, `${name}.attn.c_proj`, pass.attend(part(0), part(1), part(2), { scale })),
  );
  const raised = await columns(pass, `${name}.mlp.c_fc`, await norm(pass, `${name}.ln_2`, attended));
  const active = pass.activate(raised, pass.config.text('activation_function') ?? 'gelu_new');
  return add(attended, await columns(pass, `${name}.mlp.c_proj`, active));
}

function norm(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  return pass.norm(name, x, pass.config.number('layer_norm_epsilon', 1e-5));
}

async function columns(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const weight = pass.find(`${name}.weight`);
  const inputs = pass.weights.shapeOf(weight)[0]!;
  const product = linear(x, transposed(await pass.weights.read(weight), inputs), null, inputs);
  return addRow(product, await pass.read(`${name}.bias`));
}
