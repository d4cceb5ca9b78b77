import { type Activation, activationOf } from '../blocks/activation.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import {
  bertLayerNames,
  type EncoderShape,
  encoderShape,
  postNormLayer,
  type ScoreBias,
} from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { distances, relativeScores } from '../blocks/relativePositions.js';
import { firstToken, textEncoderHeads, textHead, textHeadTraces } from '../blocks/textHeads.js';
import { textInputs, typeInput } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** BERT (arXiv 1810.04805), as transformers' `modeling_bert` names and computes it. */
export const bert: Architecture = {
  modelTypes: ['bert'],
  heads: [...textEncoderHeads, 'ForPreTraining'],
  headTraces: textHeadTraces(/^cls\.predictions\.transform\.dense\.weight$/),
  build: buildBert,
};

function buildBert({ config, weights, head }: Source) {
  config.mustBe('is_decoder', false);
  const g = new GraphBuilder(weights.renamed(bodyNames('bert.')));
  g.weights.ignore(buffers, /^pooler\./, /^cls\./);
  const shape = encoderShape(config);
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, ids, typeInput(g));
  const bias = relativeBias(g, config, shape, ids, keyMaskBias(g, mask));
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    x = g.tap(layer, postNormLayer(g, x, shape, bertLayerNames(layer), bias(layer)));
  }
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => bertPooled(g, x, shape.size),
    words: () => bertWordScores(g, config, x),
  });
  return [{ name: 'model', graph: g }];
}

function embeddings(g: GraphBuilder, config: Config, ids: Value, types: Value): Value {
  const size = config.size('hidden_size', 768);
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  const words = table('word_embeddings', ids, config.size('vocab_size', 30522));
  const typed = g.add(words, table('token_type_embeddings', types, config.size('type_vocab_size', 2)));
  const placed = isAbsolute(config)
    ? g.add(typed, table('position_embeddings', positions(g, ids), config.size('max_position_embeddings', 512)))
    : typed;
  return layerNorm(g, placed, 'embeddings.LayerNorm', config.number('layer_norm_eps', 1e-12), size);
}

const positionKinds = ['absolute', 'relative_key', 'relative_key_query'] as const;

function positionKind(config: Config): (typeof positionKinds)[number] {
  return config.choice('position_embedding_type', positionKinds, 'absolute');
}

function isAbsolute(config: Config): boolean {
  return positionKind(config) === 'absolute';
}

/** The mask alone, or with a score for each distance of two tokens (arXiv 1803.02155, 2009.13658), by layer. */
function relativeBias(
  g: GraphBuilder,
  config: Config,
  { headSize }: EncoderShape,
  ids: Value,
  mask: Value,
): (layer: string) => ScoreBias {
  const kind = positionKind(config);
  if (kind === 'absolute') return () => mask;
  g.weights.ignore(/^embeddings\.position_embeddings\.weight$/);
  const most = config.size('max_position_embeddings', 512);
  const apart = distances(g, g.dim(ids, 1));
  const forward = g.add(apart, g.integer(most - 1));
  const backward = g.sub(g.integer(most - 1), apart);
  const scale = 1 / Math.sqrt(headSize);
  return (layer) => (query, key) => {
    const table = g.weight(`${layer}.attention.self.distance_embedding.weight`, [2 * most - 1, headSize]);
    const byQuery = g.add(mask, relativeScores(g, query, table, forward, scale));
    if (kind === 'relative_key') return byQuery;
    return g.add(byQuery, g.transpose(relativeScores(g, key, table, backward, scale), [0, 1, 3, 2]));
  };
}

/** `tanh(W · first token + b)` */
export function bertPooled(g: GraphBuilder, x: Value, size: number): Value {
  return g.op('Tanh', [linear(g, firstToken(g, x), 'pooler.dense', { inputs: size, outputs: size, bias: true })]);
}

/** The masked-language head under `cls.predictions`, which ends with the word embeddings unless config.json unties them. */
export function bertWordScores(g: GraphBuilder, config: Config, x: Value, activation: Activation = 'gelu'): Value {
  const size = config.size('hidden_size', 768);
  const isTied = config.flag('tie_word_embeddings', true);
  return wordScores(g, x, {
    dense: 'cls.predictions.transform.dense',
    norm: 'cls.predictions.transform.LayerNorm',
    activation: activationOf(config, 'hidden_act', activation),
    epsilon: config.number('layer_norm_eps', 1e-12),
    size,
    wordSize: size,
    words: config.size('vocab_size', 30522),
    table: isTied ? 'embeddings.word_embeddings.weight' : 'cls.predictions.decoder.weight',
    bias: ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
  });
}
