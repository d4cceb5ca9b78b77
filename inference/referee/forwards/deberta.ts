import type { Config } from '../../compile/config.js';
import { add, type ScoreBias } from '../arrays.js';
import { idsOf, isPadding, read, rows } from '../madeTexts.js';
import { convolve, kernelSize, toMap, toTokens } from '../maps.js';
import { NamedWeights } from '../namedWeights.js';
import type { Compared } from '../transformerLayer.js';
import type { Feeds, Referee } from '../types.js';
import { bertBody, bertHeads, bertParts } from './bert.js';
import { typesOf } from './bertEmbeddings.js';
import { textEncoderReferee } from './textEncoder.js';
import { firstTokens } from './textHeads.js';
import { joined } from './visionTransformer.js';

const epsilon = (config: Config) => config.number('layer_norm_eps', 1e-7);

/** What makes keys and queries of distances, and which of them share a vector. */
interface Generation {
  readonly keys: (config: Config) => string;
  readonly queries: (config: Config) => string;
  readonly hasBuckets: boolean;
}

const first: Generation = { keys: () => 'pos_proj', queries: () => 'pos_q_proj', hasBuckets: false };
const isShared = (config: Config) => config.flag('share_att_key', false);
const second: Generation = {
  keys: (config) => (isShared(config) ? 'key_proj' : 'pos_key_proj'),
  queries: (config) => (isShared(config) ? 'query_proj' : 'pos_query_proj'),
  hasBuckets: true,
};

/** BERT whose scores also weigh content against distance. */
const family = (generation: Generation) => ({
  ...bertBody,
  prefix: 'deberta.',
  epsilon,
  embed,
  comparison: async (pass: NamedWeights) => {
    const kinds = kindsOf(pass.config);
    const headSize = pass.config.size('hidden_size') / pass.config.size('num_attention_heads');
    const scale = 1 / Math.sqrt(headSize * (1 + kinds.length));
    if (!pass.config.flag('relative_attention', false)) return { scale };
    const distances = await vectorsOfDistances(pass, generation);
    const relation = (layer: string, compared: Compared) =>
      disentangled(pass, layer, compared, { kinds, distances, scale, generation });
    return { scale, relation };
  },
  heads: {
    ...bertHeads,
    epsilon,
    pooled: async (pass: NamedWeights, x: Float32Array) =>
      pass.activate(await pass.dense('pooler.dense', firstTokens(x)), pass.config.text('pooler_hidden_act') ?? 'gelu'),
    words: (config: Config) => {
      if (config.flag('legacy', true)) return bertHeads.words(config);
      const head = 'lm_predictions.lm_head';
      return {
        dense: `${head}.dense`,
        curve: config.text('hidden_act') ?? 'gelu',
        norm: `${head}.LayerNorm`,
        table: 'embeddings.word_embeddings.weight',
        biases: [`${head}.bias`],
      };
    },
  },
});

/** DeBERTa v2 and v3 (arXiv 2006.03654, 2111.09543). */
const later = textEncoderReferee({
  ...family(second),
  modelTypes: ['deberta-v2'],
  parts: {
    ...bertParts,
    query: 'attention.self.query_proj',
    key: 'attention.self.key_proj',
    value: 'attention.self.value_proj',
  },
  behind: async (pass, index, x, embedded) => {
    const hasConvolution = (pass.config.integer('conv_kernel_size', 0) ?? 0) > 0;
    return index === 0 && hasConvolution ? convolved(pass, x, embedded) : x;
  },
});

/** DeBERTa (arXiv 2006.03654), the first. */
const earlier = textEncoderReferee({
  ...family(first),
  modelTypes: ['deberta'],
  read: (...parts) => new OneProjection(...parts),
  parts: {
    ...bertParts,
    query: 'attention.self.in_proj.query',
    key: 'attention.self.in_proj.key',
    value: 'attention.self.in_proj.value',
  },
});

export const debertaReferees: readonly Referee[] = [earlier, later];

/**
 * Reads `in_proj.query`, `.key` and `.value` as layers of their own: the one that is stored has the rows of the first head's
 * query, its key, its value, then those of the next head. Biases stand beside it; the key has none.
 */
class OneProjection extends NamedWeights {
  override has(name: string): boolean {
    return super.has(this.#storedName(name));
  }

  override shapeOf(name: string): readonly number[] {
    const [rows = 0, ...inputs] = super.shapeOf(this.#storedName(name));
    return this.#part(name)?.kind === 'weight' ? [rows / 3, ...inputs] : [rows, ...inputs];
  }

  override async read(name: string): Promise<Float32Array> {
    const part = this.#part(name);
    const stored = await super.read(this.#storedName(name));
    if (part?.kind !== 'weight') return stored;
    const heads = this.config.size('num_attention_heads', 12);
    const rows = stored.length / heads / 3;
    const place = ['query', 'key', 'value'].indexOf(part.which);
    return joined(
      Array.from({ length: heads }, (_, head) =>
        stored.subarray((3 * head + place) * rows, (3 * head + place + 1) * rows),
      ),
    );
  }

  #storedName(name: string): string {
    const part = this.#part(name);
    if (!part) return name;
    const { attention, which, kind } = part;
    return `${attention}.${kind === 'weight' ? 'in_proj.weight' : `${which.slice(0, 1)}_bias`}`;
  }

  #part(name: string): { readonly attention: string; readonly which: string; readonly kind: string } | null {
    const [, attention, which, kind] = /^(.*)\.in_proj\.(query|key|value)\.(weight|bias)$/.exec(name) ?? [];
    return attention && which && kind ? { attention, which, kind } : null;
  }
}

async function embed(pass: NamedWeights, feeds: Feeds): Promise<Float32Array> {
  const { config } = pass;
  const ids = idsOf(feeds);
  let x = await pass.rows('embeddings.word_embeddings', ids);
  if (config.flag('position_biased_input', true)) {
    const places = ids.map((_, at) => at % read);
    x = add(x, await pass.rows('embeddings.position_embeddings', places));
  }
  if ((config.integer('type_vocab_size', 0) ?? 0) > 0) x = add(x, await typesOf(pass, feeds));
  if (pass.has('embeddings.embed_proj.weight')) x = await pass.dense('embeddings.embed_proj', x);
  return withoutPadding(await pass.norm('embeddings.LayerNorm', x, epsilon(config)));
}

/** Zeros where the padding is. */
function withoutPadding(x: Float32Array): Float32Array {
  const size = x.length / rows / read;
  return x.map((value, at) => (isPadding(Math.floor(at / size)) ? 0 : value));
}

/** Content against position (c2p), position against content (p2c). */
function kindsOf(config: Config): readonly string[] {
  const named = config.isText('pos_att_type')
    ? config.text('pos_att_type')!.toLowerCase().split('|')
    : config.texts('pos_att_type');
  return named.map((one) => one.trim()).filter((one) => one !== '');
}

/** One row for each distance from −(read − 1) to read − 1. */
async function vectorsOfDistances(pass: NamedWeights, { hasBuckets }: Generation): Promise<Float32Array> {
  const { config } = pass;
  const asked = config.integer('max_relative_positions', -1) ?? -1;
  const most = asked < 1 ? config.size('max_position_embeddings', 512) : asked;
  const buckets = hasBuckets ? (config.integer('position_buckets', -1) ?? -1) : -1;
  const span = buckets > 0 ? buckets : most;
  const places = Array.from({ length: 2 * read - 1 }, (_, at) => {
    const distance = at - (read - 1);
    const bucket = buckets > 0 ? bucketOf(distance, buckets, most) : distance;
    return Math.max(0, Math.min(2 * span - 1, bucket + span));
  });
  const vectors = await pass.rows('encoder.rel_embeddings', places);
  const isNormed = hasBuckets && (config.text('norm_rel_ebd') ?? 'none').toLowerCase().includes('layer_norm');
  return isNormed ? pass.norm('encoder.LayerNorm', vectors, epsilon(config)) : vectors;
}

/** Half of the buckets hold one distance each, from there on each holds more than the one before, up to the farthest. */
function bucketOf(distance: number, buckets: number, farthest: number): number {
  const half = Math.floor(buckets / 2);
  const far = Math.abs(distance);
  if (far <= half) return distance;
  const share = Math.log(far / half) / Math.log((farthest - 1) / half);
  // A hair less: whole numbers come out a last bit too high.
  return Math.sign(distance) * (half + Math.ceil(share * (half - 1) - 1e-6));
}

interface Distances {
  readonly kinds: readonly string[];
  readonly distances: Float32Array;
  readonly scale: number;
  readonly generation: Generation;
}

async function disentangled(
  pass: NamedWeights,
  layer: string,
  { query, key, headSize }: Compared,
  { kinds, distances, scale, generation }: Distances,
): Promise<ScoreBias> {
  const through = async (kind: string, part: string) =>
    kinds.includes(kind) ? pass.dense(`${layer}.attention.self.${part}`, distances) : null;
  const keys = await through('c2p', generation.keys(pass.config));
  const queries = await through('p2c', generation.queries(pass.config));
  const width = query.length / rows / read;
  const product = (tokens: Float32Array, token: number, table: Float32Array | null, distance: number, head: number) => {
    if (!table) return 0;
    const [from, to] = [token * width + head * headSize, (distance + read - 1) * width + head * headSize];
    let sum = 0;
    for (let d = 0; d < headSize; d++) sum += tokens[from + d]! * table[to + d]!;
    return sum;
  };
  // The paper turns the distance of the second around; all published weights were trained with code that does not.
  return (row, head, from, to) =>
    scale *
    (product(query, row * read + from, keys, from - to, head) +
      product(key, row * read + to, queries, from - to, head));
}

/** The widest of them add a convolution over the embeddings to what the first layer gives. */
async function convolved(pass: NamedWeights, x: Float32Array, embedded: Float32Array): Promise<Float32Array> {
  const { config } = pass;
  const name = 'encoder.conv.conv';
  const kernel = {
    weight: await pass.read(`${name}.weight`),
    bias: await pass.read(`${name}.bias`),
    ...kernelSize(pass.shapeOf(`${name}.weight`)),
    stride: [1, 1],
    padding: [0, (config.size('conv_kernel_size') - 1) / 2],
    groups: config.size('conv_groups', 1),
  } as const;
  const around = withoutPadding(toTokens(convolve(toMap(embedded, rows, 1, read), kernel)));
  const sum = add(x, pass.activate(around, config.text('conv_act') ?? 'tanh'));
  return withoutPadding(await pass.norm('encoder.conv.LayerNorm', sum, epsilon(config)));
}
