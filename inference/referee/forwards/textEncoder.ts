import type { Config } from '../../compile/config.js';
import type { TypedTensor } from '../../pipelines/model.js';
import { add, attention, layerNorm, linear } from '../arrays.js';
import { sidedBucket } from '../distanceBuckets.js';
import { sequence } from '../random.js';
import type { StoredWeights } from '../storedWeights.js';
import { curveNamed, type LayerNames } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';

const tokens = 12;
/** Tokens of the second row that are padding. */
const padded = 3;

/** How a family of BERT's kind names its tensors and counts its positions. */
interface Family {
  readonly modelTypes: readonly string[];
  /** What heads put before the body's names; the body alone has none. */
  readonly prefix: string;
  readonly keys: {
    readonly size: string;
    readonly layers: string;
    readonly heads: string;
    readonly inner: string;
    readonly curve: string;
  };
  /** How the graph names a layer. */
  readonly layer: (index: number) => string;
  /** Where a layer's weights are, if not under that name: several may share them. `isWhole` unless the layers were cut. */
  readonly weightsOf?: (config: Config, index: number, isWhole: boolean) => string;
  /** Layers that one of `keys.layers` is. */
  readonly layersOfOne?: (config: Config) => number;
  readonly parts: LayerNames;
  readonly hasTypes: boolean;
  /** The position of each token; padding included. */
  readonly position: (config: Config, index: number, isPadding: boolean) => number;
  readonly epsilon: (config: Config) => number;
  /** The activation where config.json names none; default gelu. */
  readonly curve?: string;
  /** The layer that widens the embeddings, where they are smaller than the layers. */
  readonly widened?: string;
  /** A table [buckets, heads] that is added to scores by the distance of two tokens. */
  readonly distances?: string;
  readonly whenCut?: Referee['whenCut'];
}

const bertParts: LayerNames = {
  query: 'attention.self.query',
  key: 'attention.self.key',
  value: 'attention.self.value',
  mixed: 'attention.output.dense',
  firstNorm: 'attention.output.LayerNorm',
  up: 'intermediate.dense',
  down: 'output.dense',
  secondNorm: 'output.LayerNorm',
};
const bertKeys = {
  size: 'hidden_size',
  layers: 'num_hidden_layers',
  heads: 'num_attention_heads',
  inner: 'intermediate_size',
  curve: 'hidden_act',
};
const epsilon = (config: Config) => config.number('layer_norm_eps', 1e-12);

const families: readonly Family[] = [
  {
    modelTypes: ['bert'],
    prefix: 'bert.',
    keys: bertKeys,
    layer: (index) => `encoder.layer.${index}`,
    parts: bertParts,
    hasTypes: true,
    position: (_, index) => index,
    epsilon,
  },
  {
    modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
    prefix: 'roberta.',
    keys: bertKeys,
    layer: (index) => `encoder.layer.${index}`,
    parts: bertParts,
    hasTypes: true,
    position: (config, index, isPadding) => paddingId(config) + (isPadding ? 0 : index + 1),
    epsilon: (config) => config.number('layer_norm_eps', 1e-5),
  },
  {
    modelTypes: ['distilbert'],
    prefix: 'distilbert.',
    keys: { size: 'dim', layers: 'n_layers', heads: 'n_heads', inner: 'hidden_dim', curve: 'activation' },
    layer: (index) => `transformer.layer.${index}`,
    parts: {
      query: 'attention.q_lin',
      key: 'attention.k_lin',
      value: 'attention.v_lin',
      mixed: 'attention.out_lin',
      firstNorm: 'sa_layer_norm',
      up: 'ffn.lin1',
      down: 'ffn.lin2',
      secondNorm: 'output_layer_norm',
    },
    hasTypes: false,
    position: (_, index) => index,
    epsilon: () => 1e-12,
  },
  {
    modelTypes: ['electra'],
    prefix: 'electra.',
    keys: bertKeys,
    layer: (index) => `encoder.layer.${index}`,
    parts: bertParts,
    hasTypes: true,
    position: (_, index) => index,
    epsilon,
    widened: 'embeddings_project',
  },
  {
    modelTypes: ['albert'],
    prefix: 'albert.',
    keys: bertKeys,
    layer: (index) => `layer.${index}`,
    weightsOf: sharedLayer,
    layersOfOne: (config) => config.size('inner_group_num', 1),
    parts: {
      query: 'attention.query',
      key: 'attention.key',
      value: 'attention.value',
      mixed: 'attention.dense',
      firstNorm: 'attention.LayerNorm',
      up: 'ffn',
      down: 'ffn_output',
      secondNorm: 'full_layer_layer_norm',
    },
    hasTypes: true,
    position: (_, index) => index,
    epsilon,
    curve: 'gelu_new',
    widened: 'encoder.embedding_hidden_mapping_in',
    whenCut: { num_hidden_groups: 1 },
  },
  {
    modelTypes: ['mpnet'],
    prefix: 'mpnet.',
    keys: bertKeys,
    layer: (index) => `encoder.layer.${index}`,
    parts: {
      ...bertParts,
      query: 'attention.attn.q',
      key: 'attention.attn.k',
      value: 'attention.attn.v',
      mixed: 'attention.attn.o',
      firstNorm: 'attention.LayerNorm',
    },
    hasTypes: false,
    // Its padding is 1 whatever config.json says.
    position: (config, index, isPadding) => (isPadding && paddingId(config) === 1 ? 1 : index + 2),
    epsilon,
    distances: 'encoder.relative_attention_bias',
  },
];

/** ALBERT's layers share weights in groups, each of which may be several layers one after the other. */
function sharedLayer(config: Config, index: number, isWhole: boolean): string {
  const inner = config.size('inner_group_num', 1);
  const groups = isWhole ? config.size('num_hidden_groups', 1) : 1;
  const group = Math.floor((Math.floor(index / inner) * groups) / config.size('num_hidden_layers', 12));
  return `encoder.albert_layer_groups.${group}.albert_layers.${index % inner}`;
}

export const textEncoderReferees: readonly Referee[] = families.map((family) => ({
  modelTypes: family.modelTypes,
  graph: 'model',
  layersKey: family.keys.layers,
  whenCut: family.whenCut,
  layerCost: (config) => {
    const size = config.size(family.keys.size);
    const times = family.layersOfOne?.(config) ?? 1;
    return times * 2 * tokens * (4 * size * size + 2 * size * config.size(family.keys.inner));
  },
  feeds: (config) => feedsOf(config, family),
  forward: (input) => passEncoder(input, family),
}));

function paddingId(config: Config): number {
  return config.integer('pad_token_id', 1) ?? 1;
}

/** Two rows, the second with padding at its end; words from all of the vocabulary but its first few. */
function feedsOf(config: Config, { hasTypes }: Family): Feeds {
  const next = sequence(1);
  const words = config.size('vocab_size', 30522);
  const pad = paddingId(config);
  const first = Math.min(10, words - 1);
  const ids = Array.from({ length: 2 * tokens }, (_, at) => {
    const word = first + next(words - first);
    return isPadding(at) ? pad : word === pad ? first + ((word + 1 - first) % (words - first)) : word;
  });
  const kinds = config.size('type_vocab_size', 2);
  return {
    input_ids: integers(ids),
    attention_mask: integers(ids.map((_, at) => (isPadding(at) ? 0 : 1))),
    ...(hasTypes && { token_type_ids: integers(ids.map((_, at) => (at % tokens > 6 ? Math.min(1, kinds - 1) : 0))) }),
  };
}

function isPadding(at: number): boolean {
  return at >= 2 * tokens - padded;
}

function integers(values: readonly number[]): TypedTensor {
  return { type: 'int64', data: BigInt64Array.from(values, BigInt), dims: [2, values.length / 2] };
}

function numbersOf(tensor: TypedTensor | undefined): readonly number[] {
  return tensor ? Array.from(tensor.data as ArrayLike<number | bigint>, Number) : [];
}

async function passEncoder({ config, weights, feeds, depth, isWhole }: ForwardInput, family: Family): Promise<Passed> {
  const names = new EncoderNames(weights, family);
  let x = await embed(config, names, feeds, family);
  const layers = new Map<string, Float32Array>();
  const nearness = await distanceBias(config, names, family);
  for (let index = 0; index < depth * (family.layersOfOne?.(config) ?? 1); index++) {
    const layer = family.layer(index);
    x = await passLayer(config, names, family, family.weightsOf?.(config, index, isWhole) ?? layer, x, nearness);
    layers.set(layer, x);
  }
  return { layers, outputs: new Map([['last_hidden_state', x]]) };
}

/** Finds tensors with or without the prefix, under the old names of norms too. */
class EncoderNames {
  readonly weights: StoredWeights;
  readonly #prefix: string;

  constructor(weights: StoredWeights, { prefix }: Family) {
    this.weights = weights;
    this.#prefix = prefix;
  }

  find(name: string): string {
    const old = name.replace(/\.weight$/, '.gamma').replace(/\.bias$/, '.beta');
    const prefix = this.#prefix;
    return this.weights.oneOf(prefix + name, name, prefix + old, old);
  }

  has(name: string): boolean {
    return this.weights.has(this.#prefix + name) || this.weights.has(name);
  }

  read(name: string): Promise<Float32Array> {
    return this.weights.read(this.find(name));
  }
}

async function embed(config: Config, names: EncoderNames, feeds: Feeds, family: Family): Promise<Float32Array> {
  const ids = numbersOf(feeds.input_ids);
  const rows = (table: string, indices: readonly number[]) =>
    names.weights.rows(names.find(`embeddings.${table}.weight`), indices);
  const places = ids.map((_, at) => family.position(config, at % tokens, isPadding(at)));
  let x = await rows('word_embeddings', ids);
  if (config.text('position_embedding_type', 'absolute') === 'absolute')
    x = add(x, await rows('position_embeddings', places));
  if (family.hasTypes) x = add(x, await rows('token_type_embeddings', numbersOf(feeds.token_type_ids)));
  const normed = await norm(names, 'embeddings.LayerNorm', x, family.epsilon(config));
  const width = normed.length / ids.length;
  const { widened } = family;
  // ALBERT has this layer for embeddings of the same size too.
  if (!widened || !names.has(`${widened}.weight`)) return normed;
  return linear(normed, await names.read(`${widened}.weight`), await names.read(`${widened}.bias`), width);
}

/** What a head adds to the score of a token so far away; above 0 are those that come after. */
type Nearness = (head: number, distance: number) => number;

async function distanceBias(config: Config, names: EncoderNames, { distances, keys }: Family): Promise<Nearness> {
  if (!distances) return () => 0;
  const table = await names.read(`${distances}.weight`);
  const heads = config.size(keys.heads);
  return (head, distance) => table[sidedBucket(distance, 32, 128) * heads + head]!;
}

async function passLayer(
  config: Config,
  names: EncoderNames,
  { keys, parts, curve: usual = 'gelu', epsilon: epsilonOf }: Family,
  layer: string,
  x: Float32Array,
  nearness: Nearness,
): Promise<Float32Array> {
  const size = config.size(keys.size);
  const heads = config.size(keys.heads);
  const curve = curveNamed(config, keys.curve, usual);
  const name = (part: string) => `${layer}.${part}`;
  const dense = async (part: string, input: Float32Array, inputs = size) =>
    linear(input, await names.read(`${name(part)}.weight`), await names.read(`${name(part)}.bias`), inputs);
  const headSize = size / heads;
  const shape = { batch: 2, queries: tokens, keys: tokens, heads, keyHeads: heads, headSize, scale: headSize ** -0.5 };
  const [queries, keyed] = [await dense(parts.query, x), await dense(parts.key, x)];
  const related = await relation(config, names, name('attention.self.distance_embedding.weight'), {
    queries,
    keys: keyed,
    headSize,
  });
  const seen = attention(queries, keyed, await dense(parts.value, x), shape, (batch, head, query, key) =>
    isPadding(batch * tokens + key)
      ? Number.NEGATIVE_INFINITY
      : nearness(head, key - query) + related(batch, head, query, key) * shape.scale,
  );
  const attended = await norm(names, name(parts.firstNorm), add(await dense(parts.mixed, seen), x), epsilonOf(config));
  const raised = (await dense(parts.up, attended)).map(curve);
  const lowered = await dense(parts.down, raised, config.size(keys.inner));
  return norm(names, name(parts.secondNorm), add(lowered, attended), epsilonOf(config));
}

interface Compared {
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  readonly headSize: number;
}

/**
 * Relative positions by vectors (arXiv 1803.02155, 2009.13658): what the vector of two tokens' distance gives with the
 * query, and for `relative_key_query` with the key too.
 */
async function relation(config: Config, names: EncoderNames, table: string, { queries, keys, headSize }: Compared) {
  if (!names.has(table)) return () => 0;
  const vectors = await names.read(table);
  const middle = (vectors.length / headSize - 1) / 2;
  const withKeys = config.text('position_embedding_type') === 'relative_key_query';
  const width = queries.length / (2 * tokens);
  return (batch: number, head: number, query: number, key: number): number => {
    const [q, k] = [query, key].map((token) => (batch * tokens + token) * width + head * headSize);
    const at = (middle + query - key) * headSize;
    let sum = 0;
    for (let d = 0; d < headSize; d++) sum += (queries[q! + d]! + (withKeys ? keys[k! + d]! : 0)) * vectors[at + d]!;
    return sum;
  };
}

async function norm(names: EncoderNames, name: string, x: Float32Array, epsilonValue: number): Promise<Float32Array> {
  return layerNorm(x, await names.read(`${name}.weight`), await names.read(`${name}.bias`), epsilonValue);
}
