import type { Config } from '../../compile/config.js';
import { add, type ScoreBias } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { convolution, toTokens } from '../maps.js';
import { Tensors } from '../tensors.js';
import { curveNamed, type LayerNames, normOf, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';

const batch = 2;
/** Patches that are looked at, down and to the right. */
const most = [3, 2] as const;
const projection = 'embeddings.patch_embeddings.projection';

export const vitNames: LayerNames = {
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  mixed: 'attention.output.dense',
  firstNorm: 'layernorm_before',
  up: 'intermediate.dense',
  down: 'output.dense',
  secondNorm: 'layernorm_after',
};

/** ViT and what has its layers: each with its own tokens before the patches. */
interface Family {
  readonly modelType: string;
  readonly prefix: string;
  readonly tokens: readonly string[];
}

const families: readonly Family[] = [
  { modelType: 'vit', prefix: 'vit.', tokens: ['cls_token'] },
  { modelType: 'deit', prefix: 'deit.', tokens: ['cls_token', 'distillation_token'] },
];

export const visionTransformerReferees: readonly Referee[] = families.map((family) => ({
  modelTypes: [family.modelType],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  shorten: (config) => {
    const [rows, columns] = gridOf(config);
    const grid = [Math.min(rows, most[0]), Math.min(columns, most[1])] as const;
    const [height, width] = config.pair('patch_size', 16);
    return {
      json: { image_size: [grid[0] * height, grid[1] * width] },
      tables: [[/embeddings\.position_embeddings$/, grid[0] * grid[1] + family.tokens.length]],
    };
  },
  layerCost: (config) => {
    const [rows, columns] = gridOf(config);
    return batch * vitLayerCost(config, rows * columns + family.tokens.length);
  },
  feeds: (config) => ({
    pixel_values: noise(2, [batch, config.size('num_channels', 3), ...config.pair('image_size', 224)]),
  }),
  forward: (input) => passVit(input, family),
}));

/** Multiplications of a layer for one row of this many tokens. */
export function vitLayerCost(config: Config, tokens: number): number {
  const size = config.size('hidden_size', 768);
  return tokens * (4 * size * size + 2 * size * config.size('intermediate_size', 3072) + 2 * tokens * size);
}

function gridOf(config: Config): readonly [number, number] {
  const image = config.pair('image_size', 224);
  const patch = config.pair('patch_size', 16);
  return [Math.floor(image[0] / patch[0]), Math.floor(image[1] / patch[1])];
}

async function passVit(input: ForwardInput, family: Family): Promise<Passed> {
  const { config, weights, className, hasHead } = input;
  const tensors = new Tensors(weights, family.prefix);
  const { layers, x: last } = await passVitBody(input, tensors, family.tokens);
  if (!hasHead) return { layers, outputs: new Map() };
  const outputs = new Map([['last_hidden_state', last]]);
  const size = config.size('hidden_size', 768);
  const logits = await scoresOf(tensors, className, (place) => tokensAt(last, batch, size, place));
  if (logits) outputs.set('logits', logits);
  else if (tensors.has('pooler.dense.weight')) {
    const pooled = await tensors.dense('pooler.dense', tokensAt(last, batch, size, 0));
    outputs.set('pooler_output', pooled.map(curveNamed(config, 'pooler_act', 'tanh')));
  }
  return { layers, outputs };
}

/** Layers and the last norm, of images with `special` tokens before their patches. */
export async function passVitBody(
  input: Pick<ForwardInput, 'config' | 'feeds' | 'depth'>,
  tensors: Tensors,
  special: readonly string[],
): Promise<PassedTokens> {
  const { config, feeds } = input;
  const patches = await patchesOf(tensors, feeds, config);
  const embedded = await withTokens(tensors, patches, special, batch);
  const { layers, x } = await passVitLayers(input, tensors, batch, embedded);
  return { layers, x: await normOf(tensors, 'layernorm', x, config.number('layer_norm_eps', 1e-12)) };
}

async function patchesOf(tensors: Tensors, feeds: Feeds, config: Config): Promise<Float32Array> {
  const stride = config.pair('patch_size', 16);
  return toTokens(await convolution(tensors, projection, mapOf(feeds, 'pixel_values'), { stride }));
}

/** The special tokens before the patches of each row, and the place of each token added: [batch, tokens, size]. */
export async function withTokens(
  tensors: Tensors,
  patches: Float32Array,
  tokens: readonly string[],
  batchSize: number,
): Promise<Float32Array> {
  const places = await tensors.read('embeddings.position_embeddings');
  const special = await Promise.all(tokens.map((token) => tensors.read(`embeddings.${token}`)));
  const perRow = patches.length / batchSize;
  const rows: Float32Array[] = [];
  for (let row = 0; row < batchSize; row++)
    rows.push(add(joined([...special, patches.subarray(row * perRow, (row + 1) * perRow)]), places));
  return joined(rows);
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** What each layer gives of all tokens [batch, tokens, size], and what is behind the last. */
export interface PassedTokens {
  readonly layers: Map<string, Float32Array>;
  readonly x: Float32Array;
}

interface VitTraits {
  readonly bias?: ScoreBias;
  /** What happens to that which a layer gives. */
  readonly behind?: (x: Float32Array, layer: number) => Promise<Float32Array>;
}

/** All layers: what each gives, and what the last does. */
export async function passVitLayers(
  { config, depth }: Pick<ForwardInput, 'config' | 'depth'>,
  tensors: Tensors,
  rows: number,
  embedded: Float32Array,
  { bias, behind = async (x) => x }: VitTraits = {},
): Promise<PassedTokens> {
  const shape = {
    bias,
    batch: rows,
    heads: config.size('num_attention_heads', 12),
    epsilon: config.number('layer_norm_eps', 1e-12),
    curve: curveNamed(config, 'hidden_act', 'gelu'),
    names: vitNames,
    normsFirst: true,
  };
  const layers = new Map<string, Float32Array>();
  let x = embedded;
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layer.${layer}`;
    x = await behind(await transformerLayer(tensors, name, shape, x), layer);
    layers.set(name, x);
  }
  return { layers, x };
}

/** [batch, size]: one token of each row. */
export function tokensAt(x: Float32Array, rows: number, size: number, place: number): Float32Array {
  const perRow = x.length / rows;
  return joined(
    Array.from({ length: rows }, (_, row) =>
      x.subarray(row * perRow + place * size, row * perRow + (place + 1) * size),
    ),
  );
}

async function scoresOf(
  tensors: Tensors,
  className: string,
  token: (place: number) => Float32Array,
): Promise<Float32Array | null> {
  if (className.endsWith('ForImageClassification')) return tensors.dense('classifier', token(0));
  if (!className.endsWith('WithTeacher')) return null;
  const taught = await tensors.dense('distillation_classifier', token(1));
  return add(await tensors.dense('cls_classifier', token(0)), taught).map((value) => value / 2);
}
