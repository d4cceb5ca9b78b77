import { activate, activationOf } from '../../blocks/activation.js';
import { joinHeads, splitHeads } from '../../blocks/attention.js';
import { linear } from '../../blocks/linear.js';
import { layerNorm } from '../../blocks/norm.js';
import { timeConvolution } from '../../blocks/timeConvolution.js';
import type { Config } from '../../config.js';
import { GraphBuilder, type Value } from '../../graphBuilder.js';
import type { Weights } from '../../weights.js';
import { drawnDurations, predictedDurations } from './durations.js';
import { ignoreSpeakers, speakerInput } from './speaker.js';

/** From tokens to what each will sound like, and for how long. */
export function textGraph(weights: Weights, config: Config): GraphBuilder {
  const g = new GraphBuilder(weights);
  const size = config.size('hidden_size', 192);
  const flow = config.size('flow_size', 192);
  const ids = g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const table = g.weight('text_encoder.embed_tokens.weight', [config.size('vocab_size', 38), size]);
  let x = g.mul(g.gather(table, ids), g.float(Math.sqrt(size)));
  const window = config.saysNull('window_size') ? 0 : (config.integer('window_size', 4) ?? 0);
  const places = relativePlaces(g, ids, window);
  for (let layer = 0; layer < config.size('num_hidden_layers', 6); layer++) {
    const name = `text_encoder.encoder.layers.${layer}`;
    x = g.tap(name, textLayer(g, config, name, x, places));
  }
  const hidden = g.transpose(x, [0, 2, 1]);
  const projection = { inputs: size, outputs: flow * 2, kernel: 1 };
  const stats = g.transpose(timeConvolution(g, hidden, 'text_encoder.project', projection), [0, 2, 1]);
  const speaker = speakerInput(g, config);
  if (!speaker) ignoreSpeakers(g);
  const isDrawn = config.flag('use_stochastic_duration_prediction', true);
  const durations = (isDrawn ? drawnDurations : predictedDurations)(g, config, hidden, speaker);
  const tokens = ['batch_size', 'sequence_length'] as const;
  g.output('log_durations', durations, ['batch_size', 1, 'sequence_length']);
  g.output('prior_means', g.slice(stats, 2, 0, flow), [...tokens, flow]);
  g.output('prior_log_variances', g.slice(stats, 2, flow, flow * 2), [...tokens, flow]);
  return g;
}

/** How far tokens are from each other, for models that look at near ones in a way of its own. */
interface RelativePlaces {
  readonly window: number;
  /** [tokens, tokens]: 1 … 2·window + 1 from `window` before to `window` behind; 0 and one more beyond. */
  readonly distances: Value;
  /** [tokens, 2·window + 1]: places of the near tokens, counted from `window` before the first. */
  readonly near: Value;
}

function relativePlaces(g: GraphBuilder, ids: Value, window: number): RelativePlaces | null {
  if (window === 0) return null;
  const places = g.range(g.dim(ids, 1));
  const apart = g.sub(places, g.unsqueeze(places, [1]));
  const shifted = g.add(apart, g.integer(window + 1));
  const distances = g.op('Clip', [shifted, g.integer(0), g.integer(2 * window + 2)]);
  const steps = Array.from({ length: 2 * window + 1 }, (_, step) => step);
  return { window, distances, near: g.add(g.unsqueeze(places, [1]), g.integers(steps)) };
}

function textLayer(g: GraphBuilder, config: Config, name: string, x: Value, places: RelativePlaces | null): Value {
  const size = config.size('hidden_size', 192);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const seen = attended(g, config, `${name}.attention`, x, places);
  const mixed = layerNorm(g, g.add(x, seen), `${name}.layer_norm`, epsilon, size);
  const forwarded = feedForward(g, config, `${name}.feed_forward`, mixed);
  return layerNorm(g, g.add(mixed, forwarded), `${name}.final_layer_norm`, epsilon, size);
}

/** Attention, to which near tokens add by their distance: to the scores, and to what is taken (arXiv 1803.02155). */
function attended(g: GraphBuilder, config: Config, name: string, x: Value, places: RelativePlaces | null): Value {
  const size = config.size('hidden_size', 192);
  const heads = config.size('num_attention_heads', 2);
  const headSize = size / heads;
  const options = { inputs: size, outputs: size, bias: config.flag('use_bias', true) };
  const part = (one: string) => splitHeads(g, linear(g, x, `${name}.${one}_proj`, options), heads, headSize);
  const query = g.mul(part('q'), g.float(headSize ** -0.5));
  const scores = g.runtimeOp('FusedMatMul', [query, part('k')], { transB: 1 });
  const shares = g.softmax(places ? g.add(scores, nearScores(g, name, query, places, headSize)) : scores);
  const taken = g.matmul(shares, part('v'));
  const all = places ? g.add(taken, nearValues(g, name, shares, places, headSize)) : taken;
  return linear(g, joinHeads(g, all, size), `${name}.out_proj`, options);
}

/** [batch, heads, tokens, tokens]: products of each query with the embeddings of distances, 0 for tokens far away. */
function nearScores(g: GraphBuilder, name: string, query: Value, places: RelativePlaces, headSize: number): Value {
  const { window, distances } = places;
  const table = g.weight(`${name}.emb_rel_k`, [1, 2 * window + 1, headSize]);
  const products = g.runtimeOp('FusedMatMul', [query, table], { transB: 1 });
  const bordered = g.op('Pad', [products, g.integers([0, 0, 0, 1, 0, 0, 0, 1])]);
  return g.op('GatherElements', [bordered, forEachHead(g, distances, query)], { axis: 3 });
}

/** [batch, heads, tokens, headSize]: embeddings of the distances of near tokens, by the shares that these have. */
function nearValues(g: GraphBuilder, name: string, shares: Value, places: RelativePlaces, headSize: number): Value {
  const { window, near } = places;
  const table = g.weight(`${name}.emb_rel_v`, [1, 2 * window + 1, headSize]);
  const bordered = g.op('Pad', [shares, g.integers([0, 0, 0, window, 0, 0, 0, window])]);
  return g.matmul(g.op('GatherElements', [bordered, forEachHead(g, near, shares)], { axis: 3 }), table);
}

function forEachHead(g: GraphBuilder, indices: Value, like: Value): Value {
  return g.op('Expand', [indices, g.concat([g.slice(g.shape(like), 0, 0, 2), g.shape(indices)], 0)]);
}

/** Two convolutions over the tokens. */
function feedForward(g: GraphBuilder, config: Config, name: string, x: Value): Value {
  const size = config.size('hidden_size', 192);
  const inner = config.size('ffn_dim', 768);
  const kernel = config.size('ffn_kernel_size', 3);
  const padding = [Math.floor((kernel - 1) / 2), Math.floor(kernel / 2)] as const;
  const up = { inputs: size, outputs: inner, kernel, padding };
  const wide = timeConvolution(g, g.transpose(x, [0, 2, 1]), `${name}.conv_1`, up);
  const active = activate(g, wide, activationOf(config, 'hidden_act', 'relu'));
  const down = { inputs: inner, outputs: size, kernel, padding };
  return g.transpose(timeConvolution(g, active, `${name}.conv_2`, down), [0, 2, 1]);
}
