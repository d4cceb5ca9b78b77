import { Config } from '../../compile/config.js';
import { add } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { numbersOf } from '../madeTexts.js';
import { type ChannelMap, convolution, toTokens } from '../maps.js';
import { sampled } from '../resizing.js';
import { Tensors } from '../tensors.js';
import { bartNames, curveNamed, look, normOf } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';
import { unable } from '../unable.js';
import { boxesOf } from './detectionHead.js';
import { masksOf } from './detrMasks.js';
import { resnetBody } from './resnet.js';

const batch = 2;
const epsilon = 1e-5;
/** Height and width of the made images, and of what is no padding of the second. */
const image = [71, 57] as const;
const shown = [44, 30] as const;
/** Objects that are looked for, at most: each is a row of the masks' convolutions. */
const mostQueries = 16;
const prefix = 'backbone.conv_encoder.model.';

/** DETR (arXiv 2005.12872): the points of a ResNet's last map through an encoder, and a decoder whose tokens find objects. */
export const detrReferee: Referee = {
  modelTypes: ['detr'],
  graph: 'model',
  layersKey: 'encoder_layers',
  cutAlike: ['decoder_layers'],
  shorten: (config) => {
    const queries = Math.min(mostQueries, config.size('num_queries', 100));
    return { json: { num_queries: queries }, tables: [[/query_position_embeddings\.weight$/, queries]] };
  },
  layerCost: (config) => {
    const size = config.size('d_model', 256);
    const points = Math.ceil(image[0] / 32) * Math.ceil(image[1] / 32) + config.size('num_queries', 100);
    return batch * points * (12 * size * size + 2 * size * config.size('encoder_ffn_dim', 2048));
  },
  feeds: (config) => ({
    pixel_values: noise(16, [batch, config.size('num_channels', 3), ...image]),
    pixel_mask: { type: 'int64', data: BigInt64Array.from(maskOf(), BigInt), dims: [batch, ...image] },
  }),
  forward: passDetr,
};

function maskOf(): readonly number[] {
  const area = image[0] * image[1];
  return Array.from({ length: batch * area }, (_, at) => {
    const isShown = Math.floor((at % area) / image[1]) < shown[0] && at % image[1] < shown[1];
    return at < area || isShown ? 1 : 0;
  });
}

async function passDetr(input: ForwardInput): Promise<Passed> {
  const { config, feeds, weights, depth, hasHead, className } = input;
  const tensors = new Tensors(weights.renamed(ownName), '');
  const layers = new Map<string, Float32Array>();
  const maps = await passBackbone(config, tensors, mapOf(feeds, 'pixel_values'), layers);
  const map = await convolution(tensors, 'input_projection', maps.at(-1)!);
  const memory = await encode(config, tensors, pointsOf(map, feeds), { count: depth, layers });
  const count = config.size('decoder_layers', 6);
  const x = await decode(config, tensors, memory, { count, layers });
  if (!hasHead) return { layers, outputs: new Map() };
  const outputs = new Map([
    ['last_hidden_state', x],
    ['encoder_last_hidden_state', memory.tokens],
  ]);
  if (!className.endsWith('Model'))
    outputs
      .set('logits', await tensors.dense('class_labels_classifier', x))
      .set('pred_boxes', await boxesOf(tensors, x));
  if (className.endsWith('ForSegmentation')) {
    const heads = config.size('encoder_attention_heads', 8);
    const finer = maps.slice(0, -1).toReversed();
    const { tokens: points, isShown } = memory;
    outputs.set('pred_masks', await masksOf(tensors, { heads, queries: x, points, isShown, map, finer }));
  }
  return { layers, outputs };
}

/** The names that transformers gives the tensors of a ResNet, for those of the timm library. */
function ownName(stored: string): string {
  const name = stored.replace(/^detr\./, '').replace(/^model\./, '');
  if (!name.startsWith(prefix)) return name;
  return name
    .replace(/\.model\.(?=(conv|bn)1\.)/, '.model.embedder.embedder.')
    .replace(/\.layer(\d)\.(?=\d+\.)/, (_, stage) => `.encoder.stages.${stage - 1}.layers.`)
    .replace(/(layers\.\d+\.)(?=(conv|bn)(\d)\.)/, (_, at, __, place) => `${at}layer.${place - 1}.`)
    .replace(/\.downsample\.0\./, '.shortcut.convolution.')
    .replace(/\.downsample\.1\./, '.shortcut.normalization.')
    .replace(/\.conv\d\./, '.convolution.')
    .replace(/\.bn\d\./, '.normalization.');
}

/** The map of each stage: as many as the checkpoint has layers of, up to the one whose map the encoder reads. */
async function passBackbone(
  config: Config,
  tensors: Tensors,
  pixels: ChannelMap,
  layers: Map<string, Float32Array>,
): Promise<readonly ChannelMap[]> {
  const isOwn = !config.flag('use_timm_backbone', true);
  const own = isOwn ? config.part('backbone_config') : new Config({});
  if (config.flag('dilation', false) || config.part('backbone_kwargs').integer('output_stride', 32) !== 32)
    throw unable('the referee has no convolutions with gaps');
  const isThere = (stage: number, layer: number) =>
    tensors.has(`${prefix}encoder.stages.${stage}.layers.${layer}.layer.0.convolution.weight`);
  const last = isOwn ? usedStage(own) : (config.part('backbone_kwargs').sizes('out_indices', [4]).at(-1) ?? 4);
  const stages: number[] = [];
  for (let stage = 0; isThere(stage, 0) && stage < last; stage++) {
    let count = 0;
    while (isThere(stage, count)) count++;
    stages.push(count);
  }
  const maps: ChannelMap[] = [];
  await resnetBody(tensors, own, pixels, { prefix, stages, layers, maps });
  return maps;
}

/** Counted from 1. */
function usedStage(backbone: Config): number {
  if (backbone.has('out_features')) return Number(backbone.texts('out_features').at(-1)?.replace('stage', ''));
  return backbone.sizes('out_indices', [Number.MAX_SAFE_INTEGER]).at(-1) ?? 0;
}

/** The points of a map as tokens, where they lie, and which of them are padding. */
interface Points {
  readonly tokens: Float32Array;
  readonly places: Float32Array;
  readonly isShown: readonly number[];
}

function pointsOf(map: ChannelMap, feeds: Feeds): Points {
  const isShown = sampled(numbersOf(feeds.pixel_mask), [batch, ...image], map.height, map.width);
  return { tokens: toTokens(map), places: placesOf(isShown, map), isShown };
}

/** Sines and cosines in turns: half of the numbers for how far down a point lies, half for how far across. */
function placesOf(isShown: readonly number[], { height, width, channels }: ChannelMap): Float32Array {
  const half = channels / 2;
  return Float32Array.from({ length: isShown.length * channels }, (_, at) => {
    const [point, number] = [Math.floor(at / channels), at % channels];
    const start = point - (point % (height * width));
    const [y, z] = [Math.floor((point % (height * width)) / width), point % width];
    const line = (to: number, isDown: boolean) => {
      let sum = 0;
      for (let n = 0; n <= to; n++) sum += isShown[start + (isDown ? n * width + z : y * width + n)]!;
      return sum;
    };
    const isDown = number < half;
    const share = line(isDown ? y : z, isDown) / (line(isDown ? height - 1 : width - 1, isDown) + 1e-6);
    const angle = (share * 2 * Math.PI) / 10_000 ** ((2 * Math.floor((number % half) / 2)) / half);
    return number % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}

interface Stack {
  readonly count: number;
  readonly layers: Map<string, Float32Array>;
}

/** Places are added anew before each layer, to queries and keys alone. */
async function encode(config: Config, tensors: Tensors, points: Points, { count, layers }: Stack): Promise<Points> {
  const shape = { batch, heads: config.size('encoder_attention_heads', 8), names: bartNames, bias: hiding(points) };
  let { tokens } = points;
  for (let layer = 0; layer < count; layer++) {
    const name = `encoder.layers.${layer}`;
    const placed = add(tokens, points.places);
    const seen = await look(tensors, name, shape, { queries: placed, keys: placed, values: tokens });
    const mixed = await normOf(tensors, `${name}.self_attn_layer_norm`, add(tokens, seen), epsilon);
    tokens = await forwarded(config, tensors, name, mixed);
    layers.set(name, tokens);
  }
  return { ...points, tokens };
}

function hiding({ isShown }: Points) {
  const each = isShown.length / batch;
  return (row: number, _: number, __: number, key: number) =>
    isShown[row * each + key] ? 0 : Number.NEGATIVE_INFINITY;
}

async function decode(
  config: Config,
  tensors: Tensors,
  memory: Points,
  { count, layers }: Stack,
): Promise<Float32Array> {
  const heads = config.size('decoder_attention_heads', 8);
  const table = await tensors.read('query_position_embeddings.weight');
  const places = Float32Array.from({ length: batch * table.length }, (_, at) => table[at % table.length]!);
  const keys = add(memory.tokens, memory.places);
  let x: Float32Array = new Float32Array(places.length);
  for (let layer = 0; layer < count; layer++) {
    const name = `decoder.layers.${layer}`;
    const norm = (part: string, value: Float32Array) => normOf(tensors, `${name}.${part}_layer_norm`, value, epsilon);
    const placed = add(x, places);
    const own = await look(
      tensors,
      name,
      { batch, heads, names: bartNames },
      { queries: placed, keys: placed, values: x },
    );
    const mixed = await norm('self_attn', add(x, own));
    const across = { batch, heads, names: acrossNames, bias: hiding(memory) };
    const seen = await look(tensors, name, across, { queries: add(mixed, places), keys, values: memory.tokens });
    x = await forwarded(config, tensors, name, await norm('encoder_attn', add(mixed, seen)));
    layers.set(name, x);
  }
  return normOf(tensors, 'decoder.layernorm', x, epsilon);
}

const acrossNames = {
  query: 'encoder_attn.q_proj',
  key: 'encoder_attn.k_proj',
  value: 'encoder_attn.v_proj',
  mixed: 'encoder_attn.out_proj',
};

async function forwarded(config: Config, tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const raised = (await tensors.dense(`${name}.fc1`, x)).map(curveNamed(config, 'activation_function', 'relu'));
  const sum = add(x, await tensors.dense(`${name}.fc2`, raised));
  return normOf(tensors, `${name}.final_layer_norm`, sum, epsilon);
}
