import type { Config } from '../../compile/config.js';
import { add, addRow, attention, curveOf, type ScoreBias } from '../arrays.js';
import { noise } from '../madeInputs.js';
import { type ChannelMap, convolution, mapped, toTokens } from '../maps.js';
import { sequence } from '../random.js';
import { Tensors } from '../tensors.js';
import { bartNames, curveNamed, normOf, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, PassedGraph, Referee } from '../types.js';

const epsilon = 1e-5;
/** Words that the decoder is given. */
const words = 5;
/** Frames that are heard, of the 1500 that thirty seconds are. */
const mostFrames = 40;

/** Whisper (arXiv 2212.04356): its encoder, the keys and values made of what it hears, and its decoder. */
export const whisperReferee: Referee = {
  modelTypes: ['whisper'],
  graph: 'encoder_model',
  layersKey: 'encoder_layers',
  cutAlike: ['decoder_layers'],
  shorten: (config) => {
    const frames = Math.min(mostFrames, framesOf(config));
    return { json: { max_source_positions: frames }, tables: [[/encoder\.embed_positions\.weight$/, frames]] };
  },
  layerCost: (config) => {
    const size = config.size('d_model', 384);
    const frames = framesOf(config);
    // The decoder has few words, but keys and values of all frames.
    return frames * (6 * size * size + 2 * size * config.size('encoder_ffn_dim', 1536) + 2 * frames * size);
  },
  feeds: (config) => ({ input_features: noise(5, [1, config.size('num_mel_bins', 80), 2 * framesOf(config)]) }),
  forward: passWhisper,
};

function framesOf(config: Config): number {
  return config.size('max_source_positions', 1500);
}

async function passWhisper({ config, weights, feeds, depth, isWhole }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'model.');
  const places = await tensors.read('encoder.embed_positions.weight');
  let x = addRow(toTokens(await heard(tensors, feeds)), places);
  const shape = {
    batch: 1,
    heads: config.size('encoder_attention_heads', 6),
    epsilon,
    curve: curveNamed(config, 'activation_function', 'gelu'),
    names: bartNames,
    normsFirst: true,
  };
  const layers = new Map<string, Float32Array>();
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layers.${layer}`;
    x = await transformerLayer(tensors, name, shape, x);
    layers.set(name, x);
  }
  const last = await normOf(tensors, 'encoder.layer_norm', x, epsilon);
  const count = Math.min(config.size('decoder_layers', 4), isWhole ? Number.MAX_SAFE_INTEGER : depth);
  const memories: Memory[] = [];
  for (let layer = 0; layer < count; layer++) memories.push(await memoryOf(config, tensors, layer, last));
  const kept = memories.flatMap(({ feeds: made }) => Object.entries(made));
  const presents = kept.map(
    ([name, { data }]) => [name.replace('past_key_values', 'present'), data as Float32Array] as const,
  );
  return {
    layers,
    outputs: new Map(isWhole ? [['last_hidden_state', last], ...presents] : []),
    further: await passDecoder(config, tensors, memories, isWhole),
  };
}

/** Two convolutions over time, the second of which halves it; behind both stands GELU, whatever config.json says. */
async function heard(tensors: Tensors, feeds: Feeds): Promise<ChannelMap> {
  const { data, dims } = feeds.input_features!;
  const [, channels = 0, width = 0] = dims;
  const features = { data: data as Float32Array, batch: 1, channels, height: 1, width };
  const gelu = curveOf('gelu')!;
  const first = mapped(await convolution(tensors, 'encoder.conv1', features, { padding: [0, 1] }), gelu);
  return mapped(await convolution(tensors, 'encoder.conv2', first, { stride: [1, 2], padding: [0, 1] }), gelu);
}

/** Keys and values of what was heard, as numbers [frames, size] and as the decoder's graph takes them. */
interface Memory {
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly feeds: Feeds;
}

async function memoryOf(config: Config, tensors: Tensors, layer: number, last: Float32Array): Promise<Memory> {
  const [heads, frames] = [config.size('decoder_attention_heads', 6), framesOf(config)];
  const name = `decoder.layers.${layer}.encoder_attn`;
  const key = await tensors.dense(`${name}.k_proj`, last);
  const value = await tensors.dense(`${name}.v_proj`, last);
  const dims = [1, heads, frames, key.length / heads / frames];
  const fed = (x: Float32Array) => ({ type: 'float32', data: byHeads(x, heads, frames), dims }) as const;
  const past = `past_key_values.${layer}.encoder`;
  return { key, value, feeds: { [`${past}.key`]: fed(key), [`${past}.value`]: fed(value) } };
}

/** The first words of a text about what was heard. */
async function passDecoder(
  config: Config,
  tensors: Tensors,
  memories: readonly Memory[],
  isWhole: boolean,
): Promise<PassedGraph> {
  const next = sequence(12);
  const ids = Array.from({ length: words }, () => next(config.size('vocab_size', 51_865)));
  const places = ids.map((_, place) => place);
  let x = add(await tensors.rows('decoder.embed_tokens', ids), await tensors.rows('decoder.embed_positions', places));
  const layers = new Map<string, Float32Array>();
  const outputs = new Map<string, Float32Array>();
  for (const [layer, memory] of memories.entries()) {
    const name = `decoder.layers.${layer}`;
    const passed = await passDecoderLayer(config, tensors, name, memory, x);
    x = passed.x;
    layers.set(name, x);
    outputs.set(`cross_attentions.${layer}`, passed.shares);
  }
  const last = await normOf(tensors, 'decoder.layer_norm', x, epsilon);
  const table = config.flag('tie_word_embeddings', true) ? 'decoder.embed_tokens' : 'proj_out';
  outputs.set('logits', await tensors.dense(table, last));
  const feeds = Object.assign({}, ...memories.map((memory, layer) => ({ ...memory.feeds, ...noPast(config, layer) })));
  const written = { type: 'int64', data: BigInt64Array.from(ids, BigInt), dims: [1, words] } as const;
  return {
    graph: 'decoder_model_merged',
    feeds: { ...feeds, input_ids: written },
    layers,
    outputs: isWhole ? outputs : new Map(),
  };
}

function noPast(config: Config, layer: number): Feeds {
  const heads = config.size('decoder_attention_heads', 6);
  const dims = [1, heads, 0, config.size('d_model', 384) / heads];
  const none = { type: 'float32', data: new Float32Array(0), dims } as const;
  return { [`past_key_values.${layer}.decoder.key`]: none, [`past_key_values.${layer}.decoder.value`]: none };
}

async function passDecoderLayer(
  config: Config,
  tensors: Tensors,
  name: string,
  memory: Pick<Memory, 'key' | 'value'>,
  x: Float32Array,
): Promise<{ readonly x: Float32Array; readonly shares: Float32Array }> {
  const heads = config.size('decoder_attention_heads', 6);
  const headSize = config.size('d_model', 384) / heads;
  const norm = (part: string, value: Float32Array) => normOf(tensors, `${name}.${part}`, value, epsilon);
  const frames = memory.key.length / heads / headSize;
  const shares = new Float32Array(heads * words * frames);
  const look = async (part: string, value: Float32Array, seen: typeof memory, isHidden: Hidden) => {
    const keys = seen.key.length / heads / headSize;
    const shape = { batch: 1, queries: words, keys, heads, keyHeads: heads, headSize, scale: headSize ** -0.5 };
    const query = await tensors.dense(`${name}.${part}.q_proj`, value);
    const hidden: ScoreBias = (_row, _head, from, to) => (isHidden(from, to) ? Number.NEGATIVE_INFINITY : 0);
    const found = attention(query, seen.key, seen.value, shape, hidden, (_row, head, from, taken) => {
      if (seen === memory) shares.set(taken, (head * words + from) * frames);
    });
    return tensors.dense(`${name}.${part}.out_proj`, found);
  };
  const before = await norm('self_attn_layer_norm', x);
  const key = await tensors.dense(`${name}.self_attn.k_proj`, before);
  const value = await tensors.dense(`${name}.self_attn.v_proj`, before);
  const mixed = add(x, await look('self_attn', before, { key, value }, (from, to) => to > from));
  const outside = await norm('encoder_attn_layer_norm', mixed);
  const heardOf = add(mixed, await look('encoder_attn', outside, memory, () => false));
  const raised = await tensors.dense(`${name}.fc1`, await norm('final_layer_norm', heardOf));
  const curve = curveNamed(config, 'activation_function', 'gelu');
  return { x: add(heardOf, await tensors.dense(`${name}.fc2`, raised.map(curve))), shares };
}

type Hidden = (from: number, to: number) => boolean;

/** [frames, heads·size] → [heads, frames, size] */
function byHeads(states: Float32Array, heads: number, frames: number): Float32Array {
  const size = states.length / heads / frames;
  const split = new Float32Array(states.length);
  for (let frame = 0; frame < frames; frame++)
    for (let head = 0; head < heads; head++) {
      const from = (frame * heads + head) * size;
      split.set(states.subarray(from, from + size), (head * frames + frame) * size);
    }
  return split;
}
