import type { Config } from '../compile/config.js';
import { add, attention, curveOf, layerNorm, type ScoreBias } from './arrays.js';
import type { KeysAndValues } from './remembered.js';
import type { Tensors } from './tensors.js';
import { unable } from './unable.js';

/** What the parts of a layer are called, after the layer's own name. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly mixed: string;
  readonly firstNorm: string;
  readonly up: string;
  readonly down: string;
  readonly secondNorm: string;
}

/** Names as BART has them, which Whisper and wav2vec 2.0 took over but for a few. */
export const bartNames: LayerNames = {
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  mixed: 'self_attn.out_proj',
  firstNorm: 'self_attn_layer_norm',
  up: 'fc1',
  down: 'fc2',
  secondNorm: 'final_layer_norm',
};

export interface LayerShape {
  readonly batch: number;
  readonly heads: number;
  readonly epsilon: number;
  readonly curve: (x: number) => number;
  readonly names: LayerNames;
  /** Whether the norms stand before the parts, or behind the sums. */
  readonly normsFirst: boolean;
  /** Default 1/√headSize. */
  readonly scale?: number;
  readonly bias?: ScoreBias;
  /** What the queries and keys of the layer of this name add to scores besides. */
  readonly relation?: (name: string, compared: Compared) => Promise<ScoreBias>;
}

/** Queries and keys of a layer, [batch, tokens, heads·headSize]. */
export interface Compared {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly headSize: number;
}

/** @throws HubError INFERENCE_UNAVAILABLE */
export function curveNamed(config: Config, key: string, otherwise: string): (x: number) => number {
  const name = config.text(key, otherwise) ?? otherwise;
  const curve = curveOf(name);
  if (!curve) throw unable(`the referee has no activation ${name.slice(0, 100)}`);
  return curve;
}

/** A layer of attention and a feed-forward part, of x [batch, tokens, size]. */
export async function transformerLayer(
  tensors: Tensors,
  name: string,
  shape: LayerShape,
  x: Float32Array,
): Promise<Float32Array> {
  const { names, epsilon, normsFirst } = shape;
  const norm = (part: string, value: Float32Array) => normOf(tensors, `${name}.${part}`, value, epsilon);
  if (normsFirst) {
    const mixed = add(x, await attended(tensors, name, shape, await norm(names.firstNorm, x)));
    return add(mixed, await forwarded(tensors, name, shape, await norm(names.secondNorm, mixed)));
  }
  const mixed = await norm(names.firstNorm, add(x, await attended(tensors, name, shape, x)));
  return norm(names.secondNorm, add(mixed, await forwarded(tensors, name, shape, mixed)));
}

export async function normOf(tensors: Tensors, name: string, x: Float32Array, epsilon: number): Promise<Float32Array> {
  return layerNorm(x, await tensors.read(`${name}.weight`), await tensors.readOrNull(`${name}.bias`), epsilon);
}

async function attended(tensors: Tensors, name: string, shape: LayerShape, x: Float32Array): Promise<Float32Array> {
  return look(tensors, name, shape, { queries: x, keys: x, values: x });
}

/** What queries, keys and values are made of, [batch, tokens, size] each. */
export interface Looked {
  readonly queries: Float32Array;
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

export type LookShape = Pick<LayerShape, 'batch' | 'heads' | 'scale' | 'bias' | 'relation'> & {
  readonly names: Pick<LayerNames, 'query' | 'key' | 'value' | 'mixed'>;
};

/** Attention with its four linear layers. */
export async function look(tensors: Tensors, name: string, shape: LookShape, looked: Looked): Promise<Float32Array> {
  return lookAt(tensors, name, shape, looked.queries, await keysOf(tensors, name, shape, looked));
}

/** What a layer remembers of tokens, and looks at. */
export async function keysOf(
  tensors: Tensors,
  name: string,
  { names }: Pick<LookShape, 'names'>,
  { keys, values }: Pick<Looked, 'keys' | 'values'>,
): Promise<KeysAndValues> {
  return {
    key: await tensors.dense(`${name}.${names.key}`, keys),
    value: await tensors.dense(`${name}.${names.value}`, values),
  };
}

/** Attention of `queries` [batch, tokens, size] to keys and values that are made. */
export async function lookAt(
  tensors: Tensors,
  name: string,
  { batch, heads, names, bias = () => 0, relation, ...shape }: LookShape,
  queries: Float32Array,
  { key, value }: KeysAndValues,
): Promise<Float32Array> {
  const query = await tensors.dense(`${name}.${names.query}`, queries);
  const size = tensors.shapeOf(`${name}.${names.query}.weight`)[0]!;
  const headSize = size / heads;
  const related = relation ? await relation(name, { query, key, headSize }) : () => 0;
  const tokens = (x: Float32Array) => x.length / size / batch;
  const of = { batch, queries: tokens(query), keys: tokens(key), heads, keyHeads: heads, headSize };
  const seen = attention(query, key, value, { ...of, scale: shape.scale ?? headSize ** -0.5 }, (...at) => {
    const added = bias(...at);
    return added === Number.NEGATIVE_INFINITY ? added : added + related(...at);
  });
  return tensors.dense(`${name}.${names.mixed}`, seen);
}

/** The feed-forward part. */
export async function forwarded(
  tensors: Tensors,
  name: string,
  shape: Pick<LayerShape, 'names' | 'curve'>,
  x: Float32Array,
): Promise<Float32Array> {
  const raised = (await tensors.dense(`${name}.${shape.names.up}`, x)).map(shape.curve);
  return tensors.dense(`${name}.${shape.names.down}`, raised);
}
