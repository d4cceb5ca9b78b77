import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { type EncoderShape, encoderShape, type LayerNames, layerCount, postNormLayer } from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { firstToken, textEncoderHeads, textHead, textHeadTraces } from '../blocks/textHeads.js';
import { textInputs, typeInput } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** ALBERT (arXiv 1909.11942): BERT whose layers share their weights in groups, upon smaller embeddings. */
export const albert: Architecture = {
  modelTypes: ['albert'],
  heads: [...textEncoderHeads, 'ForPreTraining'],
  headTraces: textHeadTraces(/^predictions\.dense\.weight$/),
  build: buildAlbert,
};

function buildAlbert({ config, weights, head }: Source) {
  config.mustBe('position_embedding_type', 'absolute');
  const g = new GraphBuilder(weights.renamed(bodyNames('albert.')));
  g.weights.ignore(buffers, /^pooler\./, /^predictions\./, /^sop_classifier\./);
  const shape = encoderShape(config, { size: 4096, heads: 64, inner: 16384, activation: 'gelu_new' });
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, shape, ids, typeInput(g));
  const bias = keyMaskBias(g, mask);
  for (const [index, layer] of layersOf(config, shape).entries())
    x = g.tap(`layer.${index}`, postNormLayer(g, x, shape, namesOf(layer), bias));
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => pooled(g, x, shape.size),
    words: () => words(g, config, x, shape),
  });
  return [{ name: 'model', graph: g }];
}

/** Where the weights of the layers are, in their order: consecutive layers have the same group. */
function layersOf(config: Config, { layers }: EncoderShape): readonly string[] {
  const groups = layerCount(config, 'num_hidden_groups', 1);
  const inner = layerCount(config, 'inner_group_num', 1);
  if (groups > layers)
    throw refusal(`config.json says ${groups} for num_hidden_groups, more than its ${layers} layers`);
  return Array.from({ length: layers }, (_, layer) => Math.trunc(layer / (layers / groups))).flatMap((group) =>
    Array.from({ length: inner }, (_, one) => `encoder.albert_layer_groups.${group}.albert_layers.${one}`),
  );
}

function namesOf(layer: string): LayerNames {
  return {
    query: `${layer}.attention.query`,
    key: `${layer}.attention.key`,
    value: `${layer}.attention.value`,
    mixed: `${layer}.attention.dense`,
    attentionNorm: `${layer}.attention.LayerNorm`,
    raised: `${layer}.ffn`,
    lowered: `${layer}.ffn_output`,
    outputNorm: `${layer}.full_layer_layer_norm`,
  };
}

function embeddings(g: GraphBuilder, config: Config, shape: EncoderShape, ids: Value, types: Value): Value {
  const wordSize = config.size('embedding_size', 128);
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, wordSize);
  const words = table('word_embeddings', ids, config.size('vocab_size', 30000));
  const typed = g.add(words, table('token_type_embeddings', types, config.size('type_vocab_size', 2)));
  const places = table('position_embeddings', positions(g, ids), config.size('max_position_embeddings', 512));
  const normed = layerNorm(g, g.add(typed, places), 'embeddings.LayerNorm', shape.epsilon, wordSize);
  const widened = { inputs: wordSize, outputs: shape.size, bias: true };
  return linear(g, normed, 'encoder.embedding_hidden_mapping_in', widened);
}

function pooled(g: GraphBuilder, x: Value, size: number): Value {
  return g.op('Tanh', [linear(g, firstToken(g, x), 'pooler', { inputs: size, outputs: size, bias: true })]);
}

function words(g: GraphBuilder, config: Config, x: Value, { size, activation, epsilon }: EncoderShape): Value {
  const isTied = config.flag('tie_word_embeddings', true);
  return wordScores(g, x, {
    dense: 'predictions.dense',
    norm: 'predictions.LayerNorm',
    activation,
    epsilon,
    size,
    wordSize: config.size('embedding_size', 128),
    words: config.size('vocab_size', 30000),
    table: isTied ? 'embeddings.word_embeddings.weight' : 'predictions.decoder.weight',
    bias: ['predictions.bias', 'predictions.decoder.bias'],
  });
}
