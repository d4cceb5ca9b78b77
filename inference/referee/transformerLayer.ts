import type { Config } from '../compile/config.js';
import { refusal } from '../compile/refusal.js';
import { add, attention, curveOf, layerNorm } from './arrays.js';
import type { Tensors } from './tensors.js';

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
  /** What is added to the score of a key. */
  readonly bias?: (batch: number, head: number, query: number, key: number) => number;
}

/** @throws HubError INFERENCE_UNAVAILABLE */
export function curveNamed(config: Config, key: string, otherwise: string): (x: number) => number {
  const name = config.text(key, otherwise) ?? otherwise;
  const curve = curveOf(name);
  if (!curve) throw refusal(`the referee has no activation ${name.slice(0, 100)}`);
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
  const { batch, heads, names } = shape;
  const size = tensors.shapeOf(`${name}.${names.query}.weight`)[1]!;
  const tokens = x.length / size / batch;
  const headSize = size / heads;
  const seen = attention(
    await tensors.dense(`${name}.${names.query}`, x),
    await tensors.dense(`${name}.${names.key}`, x),
    await tensors.dense(`${name}.${names.value}`, x),
    { batch, queries: tokens, keys: tokens, heads, keyHeads: heads, headSize, scale: headSize ** -0.5 },
    shape.bias ?? (() => 0),
  );
  return tensors.dense(`${name}.${names.mixed}`, seen);
}

async function forwarded(tensors: Tensors, name: string, shape: LayerShape, x: Float32Array): Promise<Float32Array> {
  const raised = (await tensors.dense(`${name}.${shape.names.up}`, x)).map(shape.curve);
  return tensors.dense(`${name}.${shape.names.down}`, raised);
}
