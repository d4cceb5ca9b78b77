import { type Activation, activationOf } from '../blocks/activation.js';
import { distanceBias, hasAbsolutePositions } from '../blocks/distanceBias.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { bertLayerNames, encoderShape, postNormLayer } from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { firstToken, textEncoderHeads, textHead, textHeadTraces } from '../blocks/textHeads.js';
import { textInputs, typeInput } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import { writingEncoder } from '../blocks/writingEncoder.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** BERT (arXiv 1810.04805), as transformers' `modeling_bert` names and computes it. */
export const bert: Architecture = {
  modelTypes: ['bert'],
  heads: [...textEncoderHeads, 'ForPreTraining', 'LMHeadModel'],
  headTraces: textHeadTraces(/^cls\.predictions\.transform\.dense\.weight$/),
  build: buildBert,
};

function buildBert({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.renamed(bodyNames('bert.')));
  g.weights.ignore(buffers, /^pooler\./, /^cls\./);
  const shape = encoderShape(config);
  if (head === 'LMHeadModel')
    return writingEncoder(g, head, config, {
      shape,
      embed: (...tokens) => embeddings(g, config, ...tokens),
      words: (x) => bertWordScores(g, config, x),
    });
  config.mustBe('is_decoder', false);
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, ids, typeInput(g), positions(g, ids));
  const bias = distanceBias(g, config, shape, ids, keyMaskBias(g, mask));
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

function embeddings(g: GraphBuilder, config: Config, ids: Value, types: Value, places: Value): Value {
  const size = config.size('hidden_size', 768);
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  const words = table('word_embeddings', ids, config.size('vocab_size', 30522));
  const typed = g.add(words, table('token_type_embeddings', types, config.size('type_vocab_size', 2)));
  const placed = hasAbsolutePositions(config)
    ? g.add(typed, table('position_embeddings', places, config.size('max_position_embeddings', 512)))
    : typed;
  return layerNorm(g, placed, 'embeddings.LayerNorm', config.number('layer_norm_eps', 1e-12), size);
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
