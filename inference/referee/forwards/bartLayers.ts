import type { Config } from '../../compile/config.js';
import { add, attention } from '../arrays.js';
import { NamedWeights } from '../namedWeights.js';
import type { Heads, KeysAndValues } from '../remembered.js';
import type { StoredWeights } from '../storedWeights.js';
import type { Decoded } from './encoderDecoder.js';

const epsilon = 1e-5;

export type Part = 'encoder' | 'decoder';

/** What layers like BART's (arXiv 1910.13461) differ in. */
export interface BartTraits {
  readonly isNormedBefore: boolean;
  /** The place of each token, as numbers that are added to its word's. */
  readonly places: (pass: BartPass, part: Part, ids: readonly number[]) => Promise<Float32Array>;
  readonly embeddingNorm: 'none' | 'sum' | 'words in the decoder';
  readonly curve: string;
  readonly isScaled: boolean;
}

/** [row, query, key] → whether it is hidden. */
export type Hidden = (row: number, query: number, key: number) => boolean;

/** One pass over so many texts. */
export class BartPass extends NamedWeights {
  readonly traits: BartTraits;
  readonly texts: number;
  readonly size = this.config.size('d_model', 1024);
  readonly isTied = this.config.flag('tie_word_embeddings', true);

  constructor(config: Config, weights: StoredWeights, traits: BartTraits, texts: number) {
    super(config, weights, ['model.']);
    this.traits = traits;
    this.texts = texts;
  }

  heads(part: Part): Heads {
    const heads = this.config.size(`${part}_attention_heads`, 16);
    return { rows: this.texts, heads, headSize: this.size / heads };
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
    name: string,
    x: Float32Array,
    inside: (x: Float32Array) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    if (this.traits.isNormedBefore) return add(x, await inside(await this.norm(name, x, epsilon)));
    return this.norm(name, add(x, await inside(x)), epsilon);
  }

  /** Words and places of a part, scaled and normalised as the family does. */
  async embed(part: Part, ids: readonly number[]): Promise<Float32Array> {
    const { config, traits, size } = this;
    const words = await this.weights.rows(this.table(part), ids);
    const factor = config.flag('scale_embedding', traits.isScaled) ? Math.sqrt(size) : 1;
    const scaled = words.map((value) => value * factor);
    const places = await traits.places(this, part, ids);
    const norm = (x: Float32Array) => this.norm(`${part}.layernorm_embedding`, x, epsilon);
    if (traits.embeddingNorm === 'none') return add(scaled, places);
    if (traits.embeddingNorm === 'words in the decoder' && part === 'decoder') return add(await norm(words), places);
    return norm(add(scaled, places));
  }

  async look(
    part: Part,
    name: string,
    x: Float32Array,
    { key, value }: KeysAndValues,
    isHidden: Hidden,
  ): Promise<Float32Array> {
    const { heads, headSize } = this.heads(part);
    const tokens = (numbers: Float32Array) => numbers.length / (this.texts * this.size);
    const of = { batch: this.texts, queries: tokens(x), keys: tokens(key), heads, keyHeads: heads, headSize };
    const query = await this.dense(`${name}.q_proj`, x);
    const seen = attention(query, key, value, { ...of, scale: headSize ** -0.5 }, (row, _, from, to) =>
      isHidden(row, from, to) ? Number.NEGATIVE_INFINITY : 0,
    );
    return this.dense(`${name}.out_proj`, seen);
  }

  async keysOf(name: string, x: Float32Array): Promise<KeysAndValues> {
    return { key: await this.dense(`${name}.k_proj`, x), value: await this.dense(`${name}.v_proj`, x) };
  }

  feedForward(name: string, x: Float32Array): Promise<Float32Array> {
    const curve = this.config.text('activation_function') ?? this.traits.curve;
    return this.around(`${name}.final_layer_norm`, x, async (one) =>
      this.dense(`${name}.fc2`, this.activate(await this.dense(`${name}.fc1`, one), curve)),
    );
  }

  /** What is behind the last layer of a part. */
  async finish(part: Part, x: Float32Array): Promise<Float32Array> {
    return this.traits.isNormedBefore ? this.norm(`${part}.layer_norm`, x, epsilon) : x;
  }

  /** Scores of all words, by their own table or by that of this name. */
  logits(x: Float32Array, bias: Float32Array | null, untied = 'lm_head.weight'): Promise<Float32Array> {
    return this.scores(this.isTied ? this.table('decoder') : untied, bias, x);
  }
}

/** Keys and values by which the first layers of the decoder look at what an encoder gave. */
export async function bartCross(
  pass: BartPass,
  count: number,
  encoded: Float32Array,
): Promise<readonly KeysAndValues[]> {
  const cross: KeysAndValues[] = [];
  for (let layer = 0; layer < count; layer++)
    cross.push(await pass.keysOf(`decoder.layers.${layer}.encoder_attn`, encoded));
  return cross;
}

/** As many layers of the decoder as there are keys of the encoder's tokens. */
export async function bartDecode(
  pass: BartPass,
  ids: readonly number[],
  cross: readonly KeysAndValues[],
  isHidden: Hidden,
): Promise<Decoded> {
  const layers = new Map<string, Float32Array>();
  const own: KeysAndValues[] = [];
  let x = await pass.embed('decoder', ids);
  for (const [layer, keys] of cross.entries()) {
    const name = `decoder.layers.${layer}`;
    x = await pass.around(`${name}.self_attn_layer_norm`, x, async (one) => {
      const made = await pass.keysOf(`${name}.self_attn`, one);
      own.push(made);
      return pass.look('decoder', `${name}.self_attn`, one, made, (_, query, key) => key > query);
    });
    x = await pass.around(`${name}.encoder_attn_layer_norm`, x, (one) =>
      pass.look('decoder', `${name}.encoder_attn`, one, keys, isHidden),
    );
    x = await pass.feedForward(name, x);
    layers.set(name, x);
  }
  return { layers, own, x: await pass.finish('decoder', x) };
}

/** Rows of a learned table, from `offset` on. */
export function learned(offset: number): BartTraits['places'] {
  return (pass, part, ids) =>
    pass.rows(
      `${part}.embed_positions`,
      ids.map((_, at) => offset + placeOf(at, ids, pass.texts)),
    );
}

function placeOf(at: number, ids: readonly number[], rows: number): number {
  return at % (ids.length / rows);
}

/** The file's table where it holds one, else sines, then cosines (arXiv 1706.03762), of place / 10000^(2i/size). */
export async function sines(pass: BartPass, part: Part, ids: readonly number[]): Promise<Float32Array> {
  if (pass.has(`${part}.embed_positions.weight`)) return learned(0)(pass, part, ids);
  const { size } = pass;
  const half = Math.ceil(size / 2);
  return Float32Array.from({ length: ids.length * size }, (_, at) => {
    const [token, i] = [Math.floor(at / size), at % size];
    const angle = placeOf(token, ids, pass.texts) / 10_000 ** ((2 * (i < half ? i : i - half)) / size);
    return i < half ? Math.sin(angle) : Math.cos(angle);
  });
}

/** M2M-100's: places count words alone, from behind the padding's number on; angles end at place / 10000. */
export async function sinesOfWords(
  { size, config, texts }: BartPass,
  _: Part,
  ids: readonly number[],
): Promise<Float32Array> {
  const pad = config.integer('pad_token_id', 1)!;
  const half = size / 2;
  const tokens = ids.length / texts;
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
