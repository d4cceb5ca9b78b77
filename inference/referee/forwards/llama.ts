import type { Config } from '../../compile/config.js';
import { add, capped, columnsOf, multiply, rmsNorm } from '../arrays.js';
import { plainTurning, type Turning, turn, turningOf } from '../rotary.js';
import type { Referee } from '../types.js';
import {
  type DecoderFamily,
  type DecoderPass,
  type DecoderSizes,
  decoderReferee,
  lastPlaceOf,
  placeOf,
} from './decoder.js';

/** What the families that are built like Llama differ in. */
interface Kind {
  readonly modelTypes: readonly string[];
  readonly defaults: Partial<{
    keyHeads: number;
    headSize: number;
    epsilon: number;
    theta: number;
    curve: string;
    isTied: boolean;
  }>;
  readonly curveKey?: string;
  /** Weights of norms are what is above 1, and words are √size as long. */
  readonly isGemma?: boolean;
  readonly normsHeads?: boolean;
  readonly normsTwice?: boolean;
  readonly isFused?: boolean;
  /** Caps of scores and words, and the factor of scores by `query_pre_attn_scalar`, where the family has them. */
  readonly caps?: { readonly scores: number | null; readonly words: number | null };
  readonly window?: (config: Config, index: number) => number | null;
  readonly turning?: (config: Config, headSize: number, index: number) => Turning | null;
}

const kinds: readonly Kind[] = [
  { modelTypes: ['llama'], defaults: {} },
  { modelTypes: ['mistral'], defaults: { keyHeads: 8 }, window: (config) => windowOf(config, 4096) },
  {
    modelTypes: ['phi3'],
    defaults: { epsilon: 1e-5 },
    isFused: true,
    window: (config) => windowOf(config, null),
    turning: partlyTurned,
  },
  { modelTypes: ['qwen2'], defaults: { keyHeads: 32 }, window: qwenWindow },
  { modelTypes: ['qwen3'], defaults: { keyHeads: 32, headSize: 128 }, normsHeads: true, window: qwenWindow },
  { modelTypes: ['smollm3'], defaults: { keyHeads: 4, isTied: true }, window: smolWindow, turning: smolTurning },
  {
    modelTypes: ['gemma'],
    defaults: { keyHeads: 16, headSize: 256, curve: 'gelu_pytorch_tanh', isTied: true },
    isGemma: true,
  },
  {
    modelTypes: ['gemma2'],
    defaults: { keyHeads: 4, headSize: 256, curve: 'gelu_pytorch_tanh', isTied: true },
    curveKey: 'hidden_activation',
    isGemma: true,
    normsTwice: true,
    caps: { scores: 50, words: 30 },
    window: (config, index) => (isNear(config, index, index % 2 === 0) ? windowOf(config, 4096) : null),
  },
  {
    modelTypes: ['gemma3_text'],
    defaults: { keyHeads: 4, headSize: 256, curve: 'gelu_pytorch_tanh', isTied: true },
    curveKey: 'hidden_activation',
    isGemma: true,
    normsHeads: true,
    normsTwice: true,
    caps: { scores: null, words: null },
    window: (config, index) => (isNearGemma3(config, index) ? windowOf(config, 4096) : null),
    turning: (config, size, index) =>
      isNearGemma3(config, index)
        ? plainTurning(config.number('rope_local_base_freq', 10_000), size)
        : turningOf(config, size, 1_000_000),
  },
];

export const llamaReferees: readonly Referee[] = kinds.map((kind) => decoderReferee(familyOf(kind)));

function familyOf(kind: Kind): DecoderFamily {
  const { modelTypes, defaults } = kind;
  return {
    modelTypes,
    layersKey: 'num_hidden_layers',
    prefixes: ['model.', 'transformer.'],
    sizes: (config) => sizesOf(config, kind),
    layerName: (index) => `layers.${index}`,
    embed: async (pass, ids) => {
      const words = await pass.rows('embed_tokens', ids);
      return kind.isGemma ? words.map((value) => value * Math.sqrt(pass.sizes.size)) : words;
    },
    layer: (pass, name, x, index) => passLayer(pass, kind, name, x, index),
    finish: (pass, x) => norm(pass, kind, 'norm', x),
    words: (config) => (config.flag('tie_word_embeddings', defaults.isTied ?? false) ? 'embed_tokens' : 'lm_head'),
    score: (config, value) => {
      const cap = capOf(config, 'final_logit_softcapping', kind.caps?.words);
      return cap ? capped(value, cap) : value;
    },
  };
}

function sizesOf(config: Config, { defaults }: Kind): DecoderSizes {
  const size = config.size('hidden_size', 4096);
  const heads = config.size('num_attention_heads', 32);
  const keyHeads = config.saysNull('num_key_value_heads') ? heads : (defaults.keyHeads ?? heads);
  return {
    size,
    heads,
    inner: config.size('intermediate_size'),
    keyHeads: config.size('num_key_value_heads', keyHeads),
    headSize: config.size('head_dim', defaults.headSize ?? Math.floor(size / heads)),
  };
}

async function passLayer(
  pass: DecoderPass,
  kind: Kind,
  name: string,
  x: Float32Array,
  index: number,
): Promise<Float32Array> {
  const seen = await look(pass, kind, name, await norm(pass, kind, `${name}.input_layernorm`, x), index);
  if (!kind.normsTwice) {
    const attended = add(x, seen);
    const normed = await norm(pass, kind, `${name}.post_attention_layernorm`, attended);
    return add(attended, await feedForward(pass, kind, `${name}.mlp`, normed));
  }
  const attended = add(x, await norm(pass, kind, `${name}.post_attention_layernorm`, seen));
  const normed = await norm(pass, kind, `${name}.pre_feedforward_layernorm`, attended);
  const fed = await feedForward(pass, kind, `${name}.mlp`, normed);
  return add(attended, await norm(pass, kind, `${name}.post_feedforward_layernorm`, fed));
}

async function look(
  pass: DecoderPass,
  kind: Kind,
  layer: string,
  x: Float32Array,
  index: number,
): Promise<Float32Array> {
  const { config, sizes } = pass;
  const { heads, keyHeads, headSize } = sizes;
  const name = `${layer}.self_attn`;
  const [query, key, value] = await projections(pass, kind, name, x);
  const turning = (kind.turning ?? turningAll(kind))(config, headSize, index);
  const placed = async (one: Float32Array, which: string, count: number) => {
    const even = kind.normsHeads ? await norm(pass, kind, `${name}.${which}_norm`, one) : one;
    return turning ? turn(even, headSize, turning, placeOf, count * headSize, { lastPlaceOf }) : even;
  };
  const seen = pass.attend(await placed(query, 'q', heads), await placed(key, 'k', keyHeads), value, {
    window: kind.window?.(config, index) ?? null,
    ...(kind.caps && {
      scale: config.number('query_pre_attn_scalar', 256) ** -0.5,
      cap: capOf(config, 'attn_logit_softcapping', kind.caps.scores),
    }),
  });
  return pass.dense(`${name}.o_proj`, seen);
}

async function projections(pass: DecoderPass, { isFused }: Kind, name: string, x: Float32Array) {
  if (!isFused)
    return [
      await pass.dense(`${name}.q_proj`, x),
      await pass.dense(`${name}.k_proj`, x),
      await pass.dense(`${name}.v_proj`, x),
    ] as const;
  const { heads, keyHeads, headSize } = pass.sizes;
  const all = await pass.dense(`${name}.qkv_proj`, x);
  const [first, second, width] = [heads, heads + keyHeads, heads + 2 * keyHeads].map((count) => count * headSize);
  return [
    columnsOf(all, width!, 0, first!),
    columnsOf(all, width!, first!, second!),
    columnsOf(all, width!, second!, width!),
  ] as const;
}

async function feedForward(pass: DecoderPass, kind: Kind, name: string, x: Float32Array): Promise<Float32Array> {
  const [gate, up] = await opened(pass, kind, name, x);
  const active = pass.activate(gate, pass.config.text(kind.curveKey ?? 'hidden_act') ?? kind.defaults.curve ?? 'silu');
  return pass.dense(`${name}.down_proj`, multiply(active, up));
}

async function opened(pass: DecoderPass, { isFused }: Kind, name: string, x: Float32Array) {
  if (!isFused) return [await pass.dense(`${name}.gate_proj`, x), await pass.dense(`${name}.up_proj`, x)] as const;
  const { inner } = pass.sizes;
  const both = await pass.dense(`${name}.gate_up_proj`, x);
  return [columnsOf(both, 2 * inner, 0, inner), columnsOf(both, 2 * inner, inner, 2 * inner)] as const;
}

async function norm(pass: DecoderPass, kind: Kind, name: string, x: Float32Array): Promise<Float32Array> {
  const epsilon = pass.config.number('rms_norm_eps', kind.defaults.epsilon ?? 1e-6);
  return rmsNorm(x, await pass.read(`${name}.weight`), epsilon, kind.isGemma ? 1 : 0);
}

function capOf(config: Config, key: string, fallback: number | null | undefined): number | null {
  if (fallback === undefined || config.saysNull(key)) return null;
  return config.has(key) ? config.number(key) : fallback;
}

function windowOf(config: Config, fallback: number | null): number | null {
  return config.saysNull('sliding_window') ? null : config.integer('sliding_window', fallback);
}

/** Whether a layer sees a window alone: as `layer_types` says, else as the family does. */
function isNear(config: Config, index: number, otherwise: boolean): boolean {
  return config.has('layer_types') ? config.texts('layer_types')[index] === 'sliding_attention' : otherwise;
}

function isNearGemma3(config: Config, index: number): boolean {
  return isNear(config, index, (index + 1) % config.size('sliding_window_pattern', 6) !== 0);
}

function qwenWindow(config: Config, index: number): number | null {
  if (!config.flag('use_sliding_window', false)) return null;
  return isNear(config, index, index >= config.integer('max_window_layers', 28)!) ? windowOf(config, 4096) : null;
}

function smolWindow(config: Config, index: number): number | null {
  if (!config.flag('use_sliding_window', false)) return null;
  return isNear(config, index, !isTurned(config, index)) ? windowOf(config, null) : null;
}

function smolTurning(config: Config, headSize: number, index: number): Turning | null {
  return isTurned(config, index) ? turningOf(config, headSize, 2_000_000) : null;
}

/** Every fourth layer of SmolLM3 knows nothing of places. */
function isTurned(config: Config, index: number): boolean {
  if (config.has('no_rope_layers')) return config.sizes('no_rope_layers')[index] === 1;
  return (index + 1) % config.size('no_rope_layer_interval', 4) !== 0;
}

function partlyTurned(config: Config, headSize: number): Turning {
  return turningOf(config, Math.floor(headSize * config.number('partial_rotary_factor', 1)), 10_000);
}

function turningAll({ defaults }: Kind): NonNullable<Kind['turning']> {
  return (config, headSize) => turningOf(config, headSize, defaults.theta ?? 10_000);
}
