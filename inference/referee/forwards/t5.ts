import { add, attention, multiply, rmsNorm } from '../arrays.js';
import { distanceBucket, sidedBucket } from '../distanceBuckets.js';
import { encoderFeeds, idsOf, isPadding, read, rows } from '../madeTexts.js';
import { NamedWeights } from '../namedWeights.js';
import type { Heads, KeysAndValues } from '../remembered.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { type Decoded, encoderMemories, shifted, writtenGraphs, writtenIds } from './encoderDecoder.js';
import { readingOutputs } from './textHeads.js';

type Part = 'encoder' | 'decoder';

interface Family {
  readonly modelTypes: readonly string[];
  readonly forward: string;
  readonly isTied: boolean;
  /** Each layer has distances of its own; else all have the first's. */
  readonly hasOwnDistances: boolean;
}

/** T5 (arXiv 1910.10683), mT5 (2010.11934) and UMT5 (2304.09151). */
const families: readonly Family[] = [
  { modelTypes: ['t5'], forward: 'relu', isTied: true, hasOwnDistances: false },
  { modelTypes: ['mt5'], forward: 'gated-gelu', isTied: false, hasOwnDistances: false },
  { modelTypes: ['umt5'], forward: 'gated-gelu', isTied: true, hasOwnDistances: true },
];

export const t5Referees: readonly Referee[] = families.map((family) => ({
  modelTypes: family.modelTypes,
  graph: 'encoder_model',
  layersKey: 'num_layers',
  cutAlike: ['num_decoder_layers'],
  layerCost: (config) => {
    const size = config.size('d_model', 512);
    const heads = config.size('num_heads', 8) * config.size('d_kv', 64);
    return rows * read * size * (12 * heads + 6 * config.size('d_ff', 2048));
  },
  feeds: encoderFeeds,
  forward: (input) => passT5(input, new Pass(input, family)),
}));

class Pass extends NamedWeights {
  readonly family: Family;
  readonly heads: Heads = { rows, heads: this.config.size('num_heads', 8), headSize: this.config.size('d_kv', 64) };
  readonly isTied: boolean;

  constructor({ config, weights }: ForwardInput, family: Family) {
    super(config, weights, ['transformer.']);
    this.family = family;
    this.isTied = config.flag('tie_word_embeddings', family.isTied);
  }

  get table(): string {
    const names = ['shared.weight', 'encoder.embed_tokens.weight', 'decoder.embed_tokens.weight'];
    return this.find(...names, ...(this.isTied ? ['lm_head.weight'] : []));
  }

  async evened(name: string, x: Float32Array): Promise<Float32Array> {
    return rmsNorm(x, await this.read(`${name}.weight`), this.config.number('layer_norm_epsilon', 1e-6));
  }

  async around(name: string, x: Float32Array, inside: (x: Float32Array) => Promise<Float32Array>) {
    return add(x, await inside(await this.evened(`${name}.layer_norm`, x)));
  }
}

async function passT5({ config, feeds, depth, hasHead, className }: ForwardInput, pass: Pass): Promise<Passed> {
  const layers = new Map<string, Float32Array>();
  const encoded = await encode(pass, idsOf(feeds), depth, layers);
  if (className.endsWith('ForTokenClassification'))
    return { layers, outputs: new Map(hasHead ? [['logits', await pass.dense('classifier', encoded)]] : []) };
  const outputs = new Map(hasHead ? [['last_hidden_state', encoded]] : []);
  if (/(Model|Encoder)$/.test(className)) return { layers, outputs };
  const count = config.size('num_decoder_layers', config.size('num_layers', 6));
  const cross: KeysAndValues[] = [];
  for (let layer = 0; layer < count; layer++)
    cross.push(await keysOf(pass, `decoder.block.${layer}.layer.1.EncDecAttention`, encoded));
  if (!className.endsWith('ForConditionalGeneration')) {
    const decoded = await decode(pass, shifted(config, idsOf(feeds), 0), cross);
    const read = hasHead ? await readingOutputs(pass, className, decoded.x) : new Map();
    return { layers: new Map([...layers, ...decoded.layers]), outputs: read };
  }
  if (hasHead) for (const [name, memory] of encoderMemories(cross, pass.heads)) outputs.set(name, memory);
  const ids = writtenIds(config);
  const { x, ...decoded } = await decode(pass, ids, cross);
  const further = writtenGraphs({
    ...{ ...decoded, cross, heads: pass.heads, hasHead, ids },
    feeds: { encoder_attention_mask: feeds.attention_mask! },
    outputs: new Map(hasHead ? [['logits', await logits(pass, x)]] : []),
  });
  return { layers, outputs, further };
}

async function logits(pass: Pass, x: Float32Array): Promise<Float32Array> {
  if (!pass.isTied) return pass.scores('lm_head.weight', null, x);
  const factor = pass.config.size('d_model', 512) ** -0.5;
  return pass.scores(
    pass.table,
    null,
    x.map((value) => value * factor),
  );
}

async function encode(
  pass: Pass,
  ids: readonly number[],
  depth: number,
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  let x = await pass.weights.rows(pass.table, ids);
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.block.${layer}`;
    const own = `${name}.layer.0.SelfAttention`;
    const near = await distanceBias(pass, 'encoder', layer);
    x = await pass.around(`${name}.layer.0`, x, async (one) =>
      look(pass, own, one, await keysOf(pass, own, one), (row, head, query, key) =>
        isPadding(row * read + key) ? Number.NEGATIVE_INFINITY : near(head, key - query),
      ),
    );
    x = await feedForward(pass, `${name}.layer.1`, x);
    layers.set(name, x);
  }
  return pass.evened('encoder.final_layer_norm', x);
}

async function decode(pass: Pass, ids: readonly number[], cross: readonly KeysAndValues[]): Promise<Decoded> {
  const layers = new Map<string, Float32Array>();
  const made: KeysAndValues[] = [];
  let x = await pass.weights.rows(pass.table, ids);
  for (const [layer, keys] of cross.entries()) {
    const name = `decoder.block.${layer}`;
    const own = `${name}.layer.0.SelfAttention`;
    const near = await distanceBias(pass, 'decoder', layer);
    x = await pass.around(`${name}.layer.0`, x, async (one) => {
      const ofOne = await keysOf(pass, own, one);
      made.push(ofOne);
      return look(pass, own, one, ofOne, (_, head, query, key) =>
        key > query ? Number.NEGATIVE_INFINITY : near(head, key - query),
      );
    });
    x = await pass.around(`${name}.layer.1`, x, (one) =>
      look(pass, `${name}.layer.1.EncDecAttention`, one, keys, (row, _, __, key) =>
        isPadding(row * read + key) ? Number.NEGATIVE_INFINITY : 0,
      ),
    );
    x = await feedForward(pass, `${name}.layer.2`, x);
    layers.set(name, x);
  }
  return { layers, own: made, x: await pass.evened('decoder.final_layer_norm', x) };
}

/** What a head adds to the score of a token so far away; above 0 are those that come after. */
async function distanceBias(pass: Pass, part: Part, layer: number) {
  const { config, family } = pass;
  const { heads } = pass.heads;
  const block = family.hasOwnDistances ? layer : 0;
  const table = await pass.read(`${part}.block.${block}.layer.0.SelfAttention.relative_attention_bias.weight`);
  const buckets = config.size('relative_attention_num_buckets', 32);
  const farthest = config.size('relative_attention_max_distance', 128);
  const bucket = (distance: number) =>
    part === 'decoder' ? distanceBucket(-distance, buckets, farthest) : sidedBucket(distance, buckets, farthest);
  return (head: number, distance: number): number => table[bucket(distance) * heads + head]!;
}

async function look(
  pass: Pass,
  name: string,
  x: Float32Array,
  { key, value }: KeysAndValues,
  bias: (row: number, head: number, query: number, key: number) => number,
): Promise<Float32Array> {
  const { heads, headSize } = pass.heads;
  const query = await pass.dense(`${name}.q`, x);
  const tokens = (numbers: Float32Array) => numbers.length / (rows * heads * headSize);
  // Scores are not divided by √headSize: the first numbers of the weights took care of it.
  const shape = { batch: rows, queries: tokens(query), keys: tokens(key), heads, keyHeads: heads, headSize, scale: 1 };
  return pass.dense(`${name}.o`, attention(query, key, value, shape, bias));
}

async function keysOf(pass: Pass, name: string, x: Float32Array): Promise<KeysAndValues> {
  return { key: await pass.dense(`${name}.k`, x), value: await pass.dense(`${name}.v`, x) };
}

function feedForward(pass: Pass, layer: string, x: Float32Array): Promise<Float32Array> {
  const kind = pass.config.text('feed_forward_proj') ?? pass.family.forward;
  const name = `${layer}.DenseReluDense`;
  return pass.around(layer, x, async (one) => {
    if (!kind.startsWith('gated-'))
      return pass.dense(`${name}.wo`, pass.activate(await pass.dense(`${name}.wi`, one), kind));
    // Its gated GELU is the one by tanh.
    const curve = kind === 'gated-gelu' ? 'gelu_new' : kind.slice('gated-'.length);
    const gate = pass.activate(await pass.dense(`${name}.wi_0`, one), curve);
    return pass.dense(`${name}.wo`, multiply(gate, await pass.dense(`${name}.wi_1`, one)));
  });
}
