import { add, attention } from '../arrays.js';
import { encoderFeeds, idsOf, isPadding, lastTokens, read, rows } from '../madeTexts.js';
import { NamedWeights } from '../namedWeights.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { type CrossKeys, decoderFeeds, shifted, writtenIds } from './encoderDecoder.js';

const epsilon = 1e-5;

type Part = 'encoder' | 'decoder';

/** What the families built like BART (arXiv 1910.13461) differ in. */
interface Family {
  readonly modelTypes: readonly string[];
  readonly isNormedBefore: boolean;
  /** The place of each token, as numbers that are added to its word's. */
  readonly places: (pass: Pass, part: Part, ids: readonly number[]) => Promise<Float32Array>;
  readonly embeddingNorm: 'none' | 'sum' | 'words in the decoder';
  readonly curve: string;
  readonly isScaled: boolean;
}

const plain = { curve: 'gelu', isScaled: false } as const;
const families: readonly Family[] = [
  { ...plain, modelTypes: ['bart'], isNormedBefore: false, places: learned(2), embeddingNorm: 'sum' },
  { ...plain, modelTypes: ['mbart'], isNormedBefore: true, places: learned(2), embeddingNorm: 'sum' },
  { ...plain, modelTypes: ['marian'], isNormedBefore: false, places: sines, embeddingNorm: 'none' },
  { ...plain, modelTypes: ['pegasus'], isNormedBefore: true, places: sines, embeddingNorm: 'none' },
  { ...plain, modelTypes: ['blenderbot'], isNormedBefore: true, places: learned(0), embeddingNorm: 'none' },
  {
    ...plain,
    modelTypes: ['blenderbot-small'],
    isNormedBefore: false,
    places: learned(0),
    embeddingNorm: 'words in the decoder',
  },
  {
    modelTypes: ['m2m_100'],
    isNormedBefore: true,
    places: sinesOfWords,
    embeddingNorm: 'none',
    curve: 'relu',
    isScaled: true,
  },
];

export const bartReferees: readonly Referee[] = families.map((family) => ({
  modelTypes: family.modelTypes,
  graph: 'encoder_model',
  layersKey: 'encoder_layers',
  cutAlike: ['decoder_layers'],
  layerCost: (config) => {
    const size = config.size('d_model', 1024);
    const inner = config.size('encoder_ffn_dim', 4096) + config.size('decoder_ffn_dim', 4096);
    return rows * read * (12 * size * size + 2 * size * inner);
  },
  feeds: encoderFeeds,
  forward: (input) => passBart(input, new Pass(input.config, input.weights, ['model.']), family),
}));

class Pass extends NamedWeights {
  readonly size = this.config.size('d_model', 1024);
  readonly isTied = this.config.flag('tie_word_embeddings', true);

  heads(part: Part): number {
    return this.config.size(`${part}_attention_heads`, 16);
  }

  /** The table of words: one for all where they are tied, under any of its names. */
  table(part: Part): string {
    const own = `${part}.embed_tokens.weight`;
    if (!this.config.flag('share_encoder_decoder_embeddings', true)) return this.find(own);
    return this.isTied
      ? this.find('shared.weight', own, 'decoder.embed_tokens.weight', 'encoder.embed_tokens.weight', 'lm_head.weight')
      : this.find(own, 'shared.weight');
  }

  /** `inside` with its input added, and a norm before or behind. */
  async around(
    family: Family,
    name: string,
    x: Float32Array,
    inside: (x: Float32Array) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    if (family.isNormedBefore) return add(x, await inside(await this.norm(name, x, epsilon)));
    return this.norm(name, add(x, await inside(x)), epsilon);
  }
}

async function passBart(input: ForwardInput, pass: Pass, family: Family): Promise<Passed> {
  const { config, feeds, depth, isWhole, className } = input;
  const layers = new Map<string, Float32Array>();
  const ids = idsOf(feeds);
  const encoded = await encode(pass, family, ids, depth, layers);
  const decoderLayers = config.size('decoder_layers', 12);
  const count = isWhole ? decoderLayers : Math.min(depth, decoderLayers);
  const cross: CrossKeys[] = [];
  for (let layer = 0; layer < count; layer++) cross.push(await crossKeys(pass, layer, encoded));
  if (!/(ForConditionalGeneration|MTModel)$/.test(className)) {
    const x = await decode(pass, family, shifted(config, ids, 2), cross, layers);
    return { layers, outputs: isWhole ? await readingOutputs(pass, className, x) : new Map() };
  }
  const decoderIds = writtenIds(config);
  const decoderStates = new Map<string, Float32Array>();
  const x = await decode(pass, family, decoderIds, cross, decoderStates);
  const outputs = new Map<string, Float32Array>();
  if (isWhole) outputs.set('last_hidden_state', x).set('logits', await logits(pass, family, x));
  return {
    layers,
    outputs: new Map(isWhole ? [['last_hidden_state', encoded]] : []),
    further: {
      graph: 'decoder_model_merged',
      feeds: decoderFeeds(decoderIds, cross, pass.heads('decoder')),
      layers: decoderStates,
      outputs,
    },
  };
}

async function encode(
  pass: Pass,
  family: Family,
  ids: readonly number[],
  depth: number,
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  let x = await embed(pass, family, 'encoder', ids);
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layers.${layer}`;
    x = await pass.around(family, `${name}.self_attn_layer_norm`, x, async (one) =>
      look(pass, 'encoder', `${name}.self_attn`, one, await keysOf(pass, `${name}.self_attn`, one), (row, _, key) =>
        isPadding(row * read + key),
      ),
    );
    x = await feedForward(pass, family, name, x);
    layers.set(name, x);
  }
  return family.isNormedBefore ? pass.norm('encoder.layer_norm', x, epsilon) : x;
}

async function decode(
  pass: Pass,
  family: Family,
  ids: readonly number[],
  cross: readonly CrossKeys[],
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  let x = await embed(pass, family, 'decoder', ids);
  for (const [layer, keys] of cross.entries()) {
    const name = `decoder.layers.${layer}`;
    x = await pass.around(family, `${name}.self_attn_layer_norm`, x, async (one) =>
      look(pass, 'decoder', `${name}.self_attn`, one, await keysOf(pass, `${name}.self_attn`, one), isLater),
    );
    x = await pass.around(family, `${name}.encoder_attn_layer_norm`, x, (one) =>
      look(pass, 'decoder', `${name}.encoder_attn`, one, keys, (row, _, key) => isPadding(row * read + key)),
    );
    x = await feedForward(pass, family, name, x);
    layers.set(name, x);
  }
  return family.isNormedBefore ? pass.norm('decoder.layer_norm', x, epsilon) : x;
}

function isLater(_: number, query: number, key: number): boolean {
  return key > query;
}

async function embed(pass: Pass, family: Family, part: Part, ids: readonly number[]): Promise<Float32Array> {
  const words = await pass.weights.rows(pass.table(part), ids);
  const factor = pass.config.flag('scale_embedding', family.isScaled) ? Math.sqrt(pass.size) : 1;
  const scaled = words.map((value) => value * factor);
  const places = await family.places(pass, part, ids);
  const norm = (x: Float32Array) => pass.norm(`${part}.layernorm_embedding`, x, epsilon);
  if (family.embeddingNorm === 'none') return add(scaled, places);
  if (family.embeddingNorm === 'words in the decoder' && part === 'decoder') return add(await norm(words), places);
  return norm(add(scaled, places));
}

/** [row, query, key] → whether it is hidden. */
type Hidden = (row: number, query: number, key: number) => boolean;

async function look(
  pass: Pass,
  part: Part,
  name: string,
  x: Float32Array,
  { key, value }: CrossKeys,
  isHidden: Hidden,
): Promise<Float32Array> {
  const heads = pass.heads(part);
  const headSize = pass.size / heads;
  const tokens = (numbers: Float32Array) => numbers.length / (rows * pass.size);
  const of = { batch: rows, queries: tokens(x), keys: tokens(key), heads, keyHeads: heads, headSize };
  const query = await pass.dense(`${name}.q_proj`, x);
  const seen = attention(query, key, value, { ...of, scale: headSize ** -0.5 }, (row, _, from, to) =>
    isHidden(row, from, to) ? Number.NEGATIVE_INFINITY : 0,
  );
  return pass.dense(`${name}.out_proj`, seen);
}

async function keysOf(pass: Pass, name: string, x: Float32Array): Promise<CrossKeys> {
  return { key: await pass.dense(`${name}.k_proj`, x), value: await pass.dense(`${name}.v_proj`, x) };
}

function crossKeys(pass: Pass, layer: number, encoded: Float32Array): Promise<CrossKeys> {
  return keysOf(pass, `decoder.layers.${layer}.encoder_attn`, encoded);
}

function feedForward(pass: Pass, family: Family, name: string, x: Float32Array): Promise<Float32Array> {
  const curve = pass.config.text('activation_function') ?? family.curve;
  return pass.around(family, `${name}.final_layer_norm`, x, async (one) =>
    pass.dense(`${name}.fc2`, pass.activate(await pass.dense(`${name}.fc1`, one), curve)),
  );
}

async function logits(pass: Pass, { modelTypes }: Family, x: Float32Array): Promise<Float32Array> {
  const bias = modelTypes.includes('m2m_100') ? null : await pass.readOrNull('final_logits_bias');
  return pass.scores(pass.isTied ? pass.table('decoder') : 'lm_head.weight', bias, x);
}

/** Of classes that read a text with both parts: vectors, or scores of the token that ends it. */
async function readingOutputs(pass: Pass, className: string, x: Float32Array): Promise<Map<string, Float32Array>> {
  if (!className.endsWith('ForSequenceClassification')) return new Map([['last_hidden_state', x]]);
  const last = lastTokens.flatMap((at) => [...x.subarray(at * pass.size, (at + 1) * pass.size)]);
  const dense = (await pass.dense('classification_head.dense', Float32Array.from(last))).map(Math.tanh);
  return new Map([['logits', await pass.dense('classification_head.out_proj', dense)]]);
}

/** Rows of a learned table, from `offset` on. */
function learned(offset: number): Family['places'] {
  return (pass, part, ids) =>
    pass.rows(
      `${part}.embed_positions`,
      ids.map((_, at) => offset + placeOf(at, ids)),
    );
}

function placeOf(at: number, ids: readonly number[]): number {
  return at % (ids.length / rows);
}

/** The file's table where it holds one, else sines, then cosines (arXiv 1706.03762), of place / 10000^(2i/size). */
async function sines(pass: Pass, part: Part, ids: readonly number[]): Promise<Float32Array> {
  if (pass.has(`${part}.embed_positions.weight`)) return learned(0)(pass, part, ids);
  const { size } = pass;
  const half = Math.ceil(size / 2);
  return Float32Array.from({ length: ids.length * size }, (_, at) => {
    const [token, i] = [Math.floor(at / size), at % size];
    const angle = placeOf(token, ids) / 10_000 ** ((2 * (i < half ? i : i - half)) / size);
    return i < half ? Math.sin(angle) : Math.cos(angle);
  });
}

/** M2M-100's: places count words alone, from behind the padding's number on; angles end at place / 10000. */
async function sinesOfWords({ size, config }: Pass, _: Part, ids: readonly number[]): Promise<Float32Array> {
  const pad = config.integer('pad_token_id', 1)!;
  const half = size / 2;
  const tokens = ids.length / rows;
  const places = ids.map((_, at) => {
    const row = Math.floor(at / tokens) * tokens;
    return pad + ids.slice(row, at + 1).filter((id) => id !== pad).length;
  });
  return Float32Array.from({ length: ids.length * size }, (_, at) => {
    const [token, i] = [Math.floor(at / size), at % size];
    if (ids[token] === pad) return 0;
    const angle = places[token]! / 10_000 ** ((i % half) / (half - 1));
    return i < half ? Math.sin(angle) : Math.cos(angle);
  });
}
