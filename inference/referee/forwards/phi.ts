import { add } from '../arrays.js';
import { turn, turningOf } from '../rotary.js';
import { type DecoderPass, decoderReferee, placeOf } from './decoder.js';

/** Phi-1 to Phi-2 (arXiv 2306.11644): one norm before attention and feed-forward, which stand side by side. */
export const phiReferee = decoderReferee({
  modelTypes: ['phi'],
  layersKey: 'num_hidden_layers',
  prefixes: ['model.'],
  sizes: (config) => {
    const size = config.size('hidden_size', 2048);
    const heads = config.size('num_attention_heads', 32);
    const keyHeads = config.size('num_key_value_heads', heads);
    return { size, inner: config.size('intermediate_size', 8192), heads, keyHeads, headSize: size / heads };
  },
  layerName: (index) => `layers.${index}`,
  embed: (pass, ids) => pass.rows('embed_tokens', ids),
  layer: async (pass, name, x) => {
    const normed = await norm(pass, `${name}.input_layernorm`, x);
    const raised = pass.activate(
      await pass.dense(`${name}.mlp.fc1`, normed),
      pass.config.text('hidden_act') ?? 'gelu_new',
    );
    const fed = await pass.dense(`${name}.mlp.fc2`, raised);
    return add(x, add(fed, await look(pass, `${name}.self_attn`, normed)));
  },
  finish: (pass, x) => norm(pass, 'final_layernorm', x),
  words: () => 'lm_head',
});

async function look(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  const { config, sizes } = pass;
  const { heads, keyHeads, headSize } = sizes;
  const turning = turningOf(config, Math.floor(headSize * config.number('partial_rotary_factor', 0.5)), 10_000);
  const placed = async (which: string, count: number) => {
    const made = await pass.dense(`${name}.${which}_proj`, x);
    const even = config.flag('qk_layernorm', false) ? await norm(pass, `${name}.${which}_layernorm`, made) : made;
    return turn(even, headSize, turning, placeOf, count * headSize);
  };
  const seen = pass.attend(
    await placed('q', heads),
    await placed('k', keyHeads),
    await pass.dense(`${name}.v_proj`, x),
  );
  return pass.dense(`${name}.dense`, seen);
}

function norm(pass: DecoderPass, name: string, x: Float32Array): Promise<Float32Array> {
  return pass.norm(name, x, pass.config.number('layer_norm_eps', 1e-5));
}
