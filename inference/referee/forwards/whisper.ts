import type { Config } from '../../compile/config.js';
import { add, addRow, attention, curveOf, type ScoreBias } from '../arrays.js';
import { noise } from '../madeInputs.js';
import { type ChannelMap, convolution, mapped, planeMeans, toMap, toTokens } from '../maps.js';
import type { Heads, KeysAndValues } from '../remembered.js';
import { Tensors } from '../tensors.js';
import { bartNames, curveNamed, normOf, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, PassedGraph, Referee } from '../types.js';
import { encoderMemories, writtenGraphs, writtenIds } from './encoderDecoder.js';

const epsilon = 1e-5;
/** Frames that are heard, of the 1500 that thirty seconds are. */
const mostFrames = 40;

/** Whisper (arXiv 2212.04356): its encoder, the keys and values made of what it hears, and its decoder. */
const writing: Referee = {
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

/** Its encoder alone, with labels for what it hears. */
const labelling: Referee = { ...writing, classes: /ForAudioClassification$/, graph: 'model', forward: passLabels };

export const whisperReferees: readonly Referee[] = [labelling, writing];

function framesOf(config: Config): number {
  return config.size('max_source_positions', 1500);
}

async function passLabels(input: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(input.weights, 'model.');
  const { layers, last } = await passEncoder(input, tensors);
  if (!input.hasHead) return { layers, outputs: new Map() };
  const heard = await tensors.dense('projector', last);
  const mean = planeMeans(toMap(heard, 1, 1, framesOf(input.config)));
  return { layers, outputs: new Map([['logits', await tensors.dense('classifier', mean)]]) };
}

async function passWhisper(input: ForwardInput): Promise<Passed> {
  const { config, weights, hasHead } = input;
  const tensors = new Tensors(weights, 'model.');
  const { layers, last } = await passEncoder(input, tensors);
  const count = config.size('decoder_layers', 4);
  const cross: KeysAndValues[] = [];
  for (let layer = 0; layer < count; layer++)
    cross.push(await keysOf(tensors, `decoder.layers.${layer}.encoder_attn`, last));
  const outputs = hasHead ? [['last_hidden_state', last] as const, ...encoderMemories(cross, headsOf(config))] : [];
  return { layers, outputs: new Map(outputs), further: await passDecoder(config, tensors, cross, hasHead) };
}

async function passEncoder({ config, feeds, depth }: ForwardInput, tensors: Tensors) {
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
  return { layers, last: await normOf(tensors, 'encoder.layer_norm', x, epsilon) };
}

function headsOf(config: Config): Heads {
  const heads = config.size('decoder_attention_heads', 6);
  return { rows: 1, heads, headSize: config.size('d_model', 384) / heads };
}

async function keysOf(tensors: Tensors, name: string, x: Float32Array): Promise<KeysAndValues> {
  return { key: await tensors.dense(`${name}.k_proj`, x), value: await tensors.dense(`${name}.v_proj`, x) };
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

/** The first words of a text about what was heard. */
async function passDecoder(
  config: Config,
  tensors: Tensors,
  cross: readonly KeysAndValues[],
  hasHead: boolean,
): Promise<PassedGraph> {
  const ids = writtenIds(config, 1);
  const places = ids.map((_, place) => place);
  let x = add(await tensors.rows('decoder.embed_tokens', ids), await tensors.rows('decoder.embed_positions', places));
  const layers = new Map<string, Float32Array>();
  const outputs = new Map<string, Float32Array>();
  const own: KeysAndValues[] = [];
  for (const [layer, heard] of cross.entries()) {
    const name = `decoder.layers.${layer}`;
    const passed = await passDecoderLayer(config, tensors, name, heard, x);
    x = passed.x;
    own.push(passed.own);
    layers.set(name, x);
    outputs.set(`cross_attentions.${layer}`, passed.shares);
  }
  const last = await normOf(tensors, 'decoder.layer_norm', x, epsilon);
  const table = config.flag('tie_word_embeddings', true) ? 'decoder.embed_tokens' : 'proj_out';
  outputs.set('logits', await tensors.dense(table, last));
  return writtenGraphs({
    ...{ heads: headsOf(config), ids, own, cross, layers, hasHead },
    outputs: hasHead ? outputs : new Map(),
  });
}

interface PassedLayer {
  readonly x: Float32Array;
  readonly own: KeysAndValues;
  /** How much of each frame each word takes, by heads. */
  readonly shares: Float32Array;
}

async function passDecoderLayer(
  config: Config,
  tensors: Tensors,
  name: string,
  heard: KeysAndValues,
  x: Float32Array,
): Promise<PassedLayer> {
  const { heads, headSize } = headsOf(config);
  const norm = (part: string, value: Float32Array) => normOf(tensors, `${name}.${part}`, value, epsilon);
  const tokens = (numbers: Float32Array) => numbers.length / heads / headSize;
  const [words, frames] = [tokens(x), tokens(heard.key)];
  const shares = new Float32Array(heads * words * frames);
  const look = async (part: string, value: Float32Array, seen: KeysAndValues, isHidden: Hidden) => {
    const keys = tokens(seen.key);
    const shape = { batch: 1, queries: words, keys, heads, keyHeads: heads, headSize, scale: headSize ** -0.5 };
    const query = await tensors.dense(`${name}.${part}.q_proj`, value);
    const hidden: ScoreBias = (_row, _head, from, to) => (isHidden(from, to) ? Number.NEGATIVE_INFINITY : 0);
    const found = attention(query, seen.key, seen.value, shape, hidden, (_row, head, from, taken) => {
      if (seen === heard) shares.set(taken, (head * words + from) * frames);
    });
    return tensors.dense(`${name}.${part}.out_proj`, found);
  };
  const before = await norm('self_attn_layer_norm', x);
  const own = await keysOf(tensors, `${name}.self_attn`, before);
  const mixed = add(x, await look('self_attn', before, own, (from, to) => to > from));
  const outside = await norm('encoder_attn_layer_norm', mixed);
  const heardOf = add(mixed, await look('encoder_attn', outside, heard, () => false));
  const raised = await tensors.dense(`${name}.fc1`, await norm('final_layer_norm', heardOf));
  const curve = curveNamed(config, 'activation_function', 'gelu');
  return { x: add(heardOf, await tensors.dense(`${name}.fc2`, raised.map(curve))), own, shares };
}

type Hidden = (from: number, to: number) => boolean;
