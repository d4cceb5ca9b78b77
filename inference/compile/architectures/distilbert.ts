import { activationOf } from '../blocks/activation.js';
import { headSizeOf } from '../blocks/attention.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { type EncoderShape, type LayerNames, layerCount, postNormLayer } from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { firstToken, textEncoderHeads, textHead, textHeadTraces } from '../blocks/textHeads.js';
import { textInputs } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** DistilBERT (arXiv 1910.01108): BERT's layers under other names, without token types. */
export const distilbert: Architecture = {
  modelTypes: ['distilbert'],
  heads: textEncoderHeads,
  headTraces: textHeadTraces(/^vocab_transform\.weight$/),
  build: buildDistilbert,
};

/** config.json says none: it is part of the code. */
const epsilon = 1e-12;

function buildDistilbert({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.renamed(bodyNames('distilbert.')));
  g.weights.ignore(buffers, /^vocab_(transform|layer_norm|projector)\./);
  const shape = shapeOf(config);
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, ids, shape.size);
  const bias = keyMaskBias(g, mask);
  for (let index = 0; index < shape.layers; index++) {
    const layer = `transformer.layer.${index}`;
    x = g.tap(layer, postNormLayer(g, x, shape, namesOf(layer), bias));
  }
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => pooled(g, x, shape.size),
    words: () => words(g, config, x, shape),
  });
  return [{ name: 'model', graph: g }];
}

function shapeOf(config: Config): EncoderShape {
  const size = config.size('dim', 768);
  const heads = config.size('n_heads', 12);
  return {
    layers: layerCount(config, 'n_layers', 6),
    size,
    heads,
    headSize: headSizeOf(size, heads),
    inner: config.size('hidden_dim', 3072),
    epsilon,
    activation: activationOf(config, 'activation', 'gelu'),
  };
}

function namesOf(layer: string): LayerNames {
  return {
    query: `${layer}.attention.q_lin`,
    key: `${layer}.attention.k_lin`,
    value: `${layer}.attention.v_lin`,
    mixed: `${layer}.attention.out_lin`,
    attentionNorm: `${layer}.sa_layer_norm`,
    raised: `${layer}.ffn.lin1`,
    lowered: `${layer}.ffn.lin2`,
    outputNorm: `${layer}.output_layer_norm`,
  };
}

function embeddings(g: GraphBuilder, config: Config, ids: Value, size: number): Value {
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  const words = table('word_embeddings', ids, config.size('vocab_size', 30522));
  const places = table('position_embeddings', positions(g, ids), config.size('max_position_embeddings', 512));
  return layerNorm(g, g.add(words, places), 'embeddings.LayerNorm', epsilon, size);
}

/** What the sequence classifier reads. */
function pooled(g: GraphBuilder, x: Value, size: number): Value {
  return g.op('Relu', [linear(g, firstToken(g, x), 'pre_classifier', { inputs: size, outputs: size, bias: true })]);
}

function words(g: GraphBuilder, config: Config, x: Value, { size, activation }: EncoderShape): Value {
  const isTied = config.flag('tie_word_embeddings', true);
  return wordScores(g, x, {
    dense: 'vocab_transform',
    norm: 'vocab_layer_norm',
    activation,
    epsilon,
    size,
    wordSize: size,
    words: config.size('vocab_size', 30522),
    table: isTied ? 'embeddings.word_embeddings.weight' : 'vocab_projector.weight',
    bias: ['vocab_projector.bias'],
  });
}
