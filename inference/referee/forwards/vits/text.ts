import type { Config } from '../../../compile/config.js';
import { add, attention, columnsOf, type ScoreBias, transposed } from '../../arrays.js';
import { idsOf } from '../../madeTexts.js';
import { type ChannelMap, mapped, toTokens } from '../../maps.js';
import { alongTime, lineOf } from '../../soundLine.js';
import type { Tensors } from '../../tensors.js';
import { curveNamed, normOf } from '../../transformerLayer.js';
import type { Feeds } from '../../types.js';

export interface Read {
  /** What the last layer gives, as channels over tokens. */
  readonly hidden: ChannelMap;
  readonly layers: ReadonlyMap<string, Float32Array>;
  /** Means and logarithms of variances of what each token sounds like. */
  readonly outputs: ReadonlyMap<string, Float32Array>;
}

/** Multiplications of a layer for one token. */
export function textLayerCost(config: Config): number {
  const size = config.size('hidden_size', 192);
  return 4 * size * size + 2 * size * config.size('ffn_dim', 768) * config.size('ffn_kernel_size', 3);
}

/** The encoder of texts. */
export async function passText(config: Config, tensors: Tensors, feeds: Feeds, depth: number): Promise<Read> {
  const size = config.size('hidden_size', 192);
  const words = await tensors.rows('text_encoder.embed_tokens', idsOf(feeds));
  let x: Float32Array = words.map((value) => value * Math.sqrt(size));
  const layers = new Map<string, Float32Array>();
  for (let layer = 0; layer < depth; layer++) {
    const name = `text_encoder.encoder.layers.${layer}`;
    x = await passLayer(config, tensors, name, x);
    layers.set(name, x);
  }
  const hidden = lineOf(transposed(x, x.length / size), size);
  const flow = config.size('flow_size', 192);
  const both = toTokens(await alongTime(tensors, 'text_encoder.project', hidden));
  const outputs = new Map([
    ['prior_means', columnsOf(both, 2 * flow, 0, flow)],
    ['prior_log_variances', columnsOf(both, 2 * flow, flow, 2 * flow)],
  ]);
  return { hidden, layers, outputs };
}

/** Norms stand behind the sums; the feed-forward part is two convolutions over the tokens. */
async function passLayer(config: Config, tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const seen = await attended(config, tensors, `${name}.attention`, x);
  const mixed = await normOf(tensors, `${name}.layer_norm`, add(x, seen), epsilon);
  const size = config.size('hidden_size', 192);
  const line = lineOf(transposed(mixed, mixed.length / size), size);
  const raised = await alongTime(tensors, `${name}.feed_forward.conv_1`, line);
  const curved = mapped(raised, curveNamed(config, 'hidden_act', 'relu'));
  const lowered = toTokens(await alongTime(tensors, `${name}.feed_forward.conv_2`, curved));
  return normOf(tensors, `${name}.final_layer_norm`, add(mixed, lowered), epsilon);
}

/**
 * Attention in which a vector for the distance is added to the keys and to the values of tokens that are near (arXiv 1803.02155).
 */
async function attended(config: Config, tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const heads = config.size('num_attention_heads', 2);
  const size = config.size('hidden_size', 192);
  const [headSize, tokens] = [size / heads, x.length / size];
  const query = await tensors.dense(`${name}.q_proj`, x);
  const key = await tensors.dense(`${name}.k_proj`, x);
  const value = await tensors.dense(`${name}.v_proj`, x);
  const scale = headSize ** -0.5;
  const shape = { batch: 1, queries: tokens, keys: tokens, heads, keyHeads: heads, headSize, scale };
  const window = config.saysNull('window_size') ? 0 : config.integer('window_size', 4)!;
  if (window === 0)
    return tensors.dense(
      `${name}.out_proj`,
      attention(query, key, value, shape, () => 0),
    );
  const [nearKeys, nearValues] = [await tensors.read(`${name}.emb_rel_k`), await tensors.read(`${name}.emb_rel_v`)];
  /** Where the vector of a distance begins; undefined for tokens too far away. */
  const vectorAt = (from: number, to: number) =>
    Math.abs(to - from) <= window ? (to - from + window) * headSize : undefined;
  const bias: ScoreBias = (_, head, from, to) => {
    const at = vectorAt(from, to);
    if (at === undefined) return 0;
    let sum = 0;
    for (let i = 0; i < headSize; i++) sum += query[from * size + head * headSize + i]! * nearKeys[at + i]!;
    return sum * scale;
  };
  const taken = new Float32Array(x.length);
  const seen = attention(query, key, value, shape, bias, (_, head, from, shares) => {
    for (const [to, share] of shares.entries()) {
      const at = vectorAt(from, to);
      if (at === undefined) continue;
      for (let i = 0; i < headSize; i++) taken[from * size + head * headSize + i]! += share * nearValues[at + i]!;
    }
  });
  return tensors.dense(`${name}.out_proj`, add(seen, taken));
}
