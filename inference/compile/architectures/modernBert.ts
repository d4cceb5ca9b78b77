import { activate, activationOf } from '../blocks/activation.js';
import { attend, headSizeOf, joinHeads, splitHeads } from '../blocks/attention.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { layerCount } from '../blocks/encoderLayer.js';
import { fixed, plainFrequencies } from '../blocks/frequencies.js';
import { gatedFeedForward } from '../blocks/gated.js';
import { slidingLayers } from '../blocks/layerTypes.js';
import { linear, tied } from '../blocks/linear.js';
import { keyMaskBias, lowest } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { distances } from '../blocks/relativePositions.js';
import { type Rotary, rotaryOf, rotate } from '../blocks/rotary.js';
import { firstToken, textEncoderHeads, textHead } from '../blocks/textHeads.js';
import { textInputs } from '../blocks/textInputs.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/**
 * ModernBERT (arXiv 2412.13663): norms before attention and feed-forward, rotary positions, a gated feed-forward, and
 * layers that see all tokens or only near ones.
 */
export const modernBert: Architecture = {
  modelTypes: ['modernbert'],
  heads: textEncoderHeads,
  build: buildModernBert,
};

interface Shape {
  readonly size: number;
  readonly heads: number;
  readonly headSize: number;
  readonly layers: number;
}

/** What a layer's attention needs: those of layers that see all tokens, or of those that see near ones. */
interface Sight {
  readonly rotary: Rotary;
  readonly bias: Value;
}

function buildModernBert({ config, weights, head }: Source) {
  config.mustBe('rope_scaling', null);
  const g = new GraphBuilder(weights.renamed(bodyNames('model.')));
  g.weights.ignore(buffers);
  if (head === 'Model') g.weights.ignore(/^(head|decoder)\./);
  const shape = shapeOf(config);
  const { ids, mask } = textInputs(g);
  const words = embedded(g, 'embeddings.tok_embeddings', ids, config.size('vocab_size', 50368), shape.size);
  let x = norm(g, config, words, 'embeddings.norm', shape);
  const { near, all } = sights(g, config, shape, ids, mask);
  const every = config.size('global_attn_every_n_layers', 3);
  const isNear = slidingLayers(config, shape.layers, (layer) => layer % every !== 0);
  for (let index = 0; index < shape.layers; index++)
    x = g.tap(`layers.${index}`, modernLayer(g, config, index, x, shape, isNear(index) ? near : all));
  x = tokenVectors(g, norm(g, config, x, 'final_norm', shape), shape.size);
  const isOfTokens = head === 'ForTokenClassification' || head === 'ForQuestionAnswering';
  textHead(g, head, config, {
    tokens: isOfTokens ? predicting(g, config, x, shape) : x,
    size: shape.size,
    pooled: () => predicting(g, config, pooled(g, config, x, mask), shape),
    spans: 'classifier',
    words: () => wordScores(g, config, x, shape),
  });
  return [{ name: 'model', graph: g }];
}

function shapeOf(config: Config): Shape {
  const size = config.size('hidden_size', 768);
  const heads = config.size('num_attention_heads', 12);
  return { size, heads, headSize: headSizeOf(size, heads), layers: layerCount(config, 'num_hidden_layers', 22) };
}

function norm(g: GraphBuilder, config: Config, x: Value, name: string, { size }: Shape): Value {
  return layerNorm(g, x, name, config.number('norm_eps', 1e-5), size, { bias: config.flag('norm_bias', false) });
}

function modernLayer(g: GraphBuilder, config: Config, index: number, x: Value, shape: Shape, sight: Sight): Value {
  const name = `layers.${index}`;
  // The embeddings end with a norm already.
  const before = index === 0 ? x : norm(g, config, x, `${name}.attn_norm`, shape);
  const attended = g.add(x, attention(g, config, `${name}.attn`, before, shape, sight));
  const lowered = gatedFeedForward(g, norm(g, config, attended, `${name}.mlp_norm`, shape), {
    both: `${name}.mlp.Wi`,
    down: `${name}.mlp.Wo`,
    size: shape.size,
    inner: config.size('intermediate_size', 1152),
    activation: activationOf(config, 'hidden_activation', 'gelu'),
    bias: config.flag('mlp_bias', false),
  });
  return g.add(attended, lowered);
}

function attention(g: GraphBuilder, config: Config, name: string, x: Value, shape: Shape, sight: Sight): Value {
  const { size, heads, headSize } = shape;
  const bias = config.flag('attention_bias', false);
  const all = linear(g, x, `${name}.Wqkv`, { inputs: size, outputs: 3 * size, bias });
  const [query, key, value] = g.split(all, [size, size, size]).map((part) => splitHeads(g, part, heads, headSize));
  const turned = (of: Value) => rotate(g, of, sight.rotary, headSize);
  const seen = attend(g, turned(query!), turned(key!), value!, { heads, headSize, bias: sight.bias });
  return linear(g, joinHeads(g, seen, size), `${name}.Wo`, { inputs: size, outputs: size, bias });
}

function sights(g: GraphBuilder, config: Config, { headSize }: Shape, ids: Value, mask: Value) {
  const places = g.unsqueeze(positions(g, ids), [0]);
  const rotary = (theta: number) => rotaryOf(g, places, fixed(plainFrequencies(theta, headSize)));
  const attended = keyMaskBias(g, mask);
  const far = config.size('local_attention', 128);
  const apart = g.op('Abs', [distances(g, g.dim(ids, 1))]);
  const isNear = g.op('LessOrEqual', [apart, g.integer(Math.trunc(far / 2))]);
  return {
    all: { rotary: rotary(globalTheta(config)), bias: attended },
    near: { rotary: rotary(localTheta(config)), bias: g.op('Where', [isNear, attended, g.float(lowest)]) },
  };
}

function globalTheta(config: Config): number {
  const newer = newerTheta(config, 'full_attention', 160_000);
  return config.number(config.has('rope_theta') ? 'rope_theta' : 'global_rope_theta', newer);
}

function localTheta(config: Config): number {
  if (config.saysNull('local_rope_theta')) return globalTheta(config);
  return config.number('local_rope_theta', newerTheta(config, 'sliding_attention', 10_000));
}

/** Files of newer versions say it for each kind of layer. */
function newerTheta(config: Config, kind: string, fallback: number): number {
  const values = config.part('rope_parameters').part(kind);
  values.mustBe('rope_type', 'default');
  return values.number('rope_theta', fallback);
}

/** The first token, or the mean of those that are not masked: [batch, size]. */
function pooled(g: GraphBuilder, config: Config, x: Value, mask: Value): Value {
  if (config.choice('classifier_pooling', ['cls', 'mean'], 'cls') === 'cls') return firstToken(g, x);
  const counts = g.cast(g.unsqueeze(mask, [2]), 'float');
  return g.div(g.sum(g.mul(x, counts), [1], false), g.sum(counts, [1], false));
}

/** What all heads begin with: a layer, a curve and a norm. */
function predicting(g: GraphBuilder, config: Config, x: Value, shape: Shape): Value {
  const options = { inputs: shape.size, outputs: shape.size, bias: config.flag('classifier_bias', false) };
  const active = activate(
    g,
    linear(g, x, 'head.dense', options),
    activationOf(config, 'classifier_activation', 'gelu'),
  );
  return norm(g, config, active, 'head.norm', shape);
}

function wordScores(g: GraphBuilder, config: Config, x: Value, shape: Shape): Value {
  const words = config.size('vocab_size', 50368);
  const isTied = config.flag('tie_word_embeddings', true);
  if (isTied) g.weights.ignore(/^decoder\.weight$/);
  const table = g.weight(isTied ? 'embeddings.tok_embeddings.weight' : 'decoder.weight', [words, shape.size]);
  const scores = tied(g, predicting(g, config, x, shape), table);
  return config.flag('decoder_bias', true) ? g.add(scores, g.weight('decoder.bias', [words])) : scores;
}
