import { activate, activationOf } from '../blocks/activation.js';
import { distanceBias, hasAbsolutePositions } from '../blocks/distanceBias.js';
import { embedded, positions, tokenVectors } from '../blocks/embeddings.js';
import { bertLayerNames, encoderShape, postNormLayer } from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { firstToken, textEncoderHeads, textHead, textHeadTraces } from '../blocks/textHeads.js';
import { textInputs, tokenDims, typeInput } from '../blocks/textInputs.js';
import { wordScores } from '../blocks/wordScores.js';
import { writingEncoder } from '../blocks/writingEncoder.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** ELECTRA (arXiv 2003.10555): BERT's layers upon smaller embeddings; pre-trained to tell replaced words. */
export const electra: Architecture = {
  modelTypes: ['electra'],
  heads: [...textEncoderHeads, 'ForPreTraining', 'ForCausalLM'],
  headTraces: [
    ...textHeadTraces(/^generator_predictions\.dense\.weight$/),
    [/^discriminator_predictions\.dense\.weight$/, 'ForPreTraining'],
  ],
  build: buildElectra,
};

function buildElectra({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.renamed(bodyNames('electra.')));
  g.weights.ignore(buffers, /^(generator_predictions|generator_lm_head|discriminator_predictions)\./);
  const shape = encoderShape(config, { size: 256, heads: 4, inner: 1024 });
  if (head === 'ForCausalLM')
    return writingEncoder(g, head, config, {
      shape,
      embed: (...tokens) => embeddings(g, config, shape.size, ...tokens),
      words: (x) => generatorScores(g, config, x, shape.size),
    });
  config.mustBe('is_decoder', false);
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, shape.size, ids, typeInput(g), positions(g, ids));
  const bias = distanceBias(g, config, shape, ids, keyMaskBias(g, mask));
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    x = g.tap(layer, postNormLayer(g, x, shape, bertLayerNames(layer), bias(layer)));
  }
  const tokens = tokenVectors(g, x, shape.size);
  if (head === 'ForPreTraining') g.output('logits', replacedScores(g, config, x, shape.size), tokenDims);
  else
    textHead(g, head, config, {
      tokens,
      size: shape.size,
      pooled: () => pooled(g, x, shape.size),
      sequenceClassifier: 'classifier.out_proj',
      words: () => generatorScores(g, config, x, shape.size),
    });
  return [{ name: 'model', graph: g }];
}

function embeddings(g: GraphBuilder, config: Config, size: number, ids: Value, types: Value, places: Value): Value {
  const wordSize = config.size('embedding_size', 128);
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, wordSize);
  const words = table('word_embeddings', ids, config.size('vocab_size', 30522));
  const typed = g.add(words, table('token_type_embeddings', types, config.size('type_vocab_size', 2)));
  const placed = hasAbsolutePositions(config)
    ? g.add(typed, table('position_embeddings', places, config.size('max_position_embeddings', 512)))
    : typed;
  const normed = layerNorm(g, placed, 'embeddings.LayerNorm', config.number('layer_norm_eps', 1e-12), wordSize);
  if (wordSize === size) return normed;
  return linear(g, normed, 'embeddings_project', { inputs: wordSize, outputs: size, bias: true });
}

function pooled(g: GraphBuilder, x: Value, size: number): Value {
  return g.op('Gelu', [linear(g, firstToken(g, x), 'classifier.dense', { inputs: size, outputs: size, bias: true })]);
}

/** The discriminator: a score for each token that it was replaced, [batch, tokens]. */
function replacedScores(g: GraphBuilder, config: Config, x: Value, size: number): Value {
  const at = 'discriminator_predictions';
  const dense = linear(g, x, `${at}.dense`, { inputs: size, outputs: size, bias: true });
  const active = activate(g, dense, activationOf(config, 'hidden_act', 'gelu'));
  return g.squeeze(linear(g, active, `${at}.dense_prediction`, { inputs: size, outputs: 1, bias: true }), [-1]);
}

/** The generator's masked-language head: always with GELU. */
function generatorScores(g: GraphBuilder, config: Config, x: Value, size: number): Value {
  const isTied = config.flag('tie_word_embeddings', true);
  return wordScores(g, x, {
    dense: 'generator_predictions.dense',
    norm: 'generator_predictions.LayerNorm',
    activation: 'gelu',
    epsilon: config.number('layer_norm_eps', 1e-12),
    size,
    wordSize: config.size('embedding_size', 128),
    words: config.size('vocab_size', 30522),
    table: isTied ? 'embeddings.word_embeddings.weight' : 'generator_lm_head.weight',
    bias: ['generator_lm_head.bias'],
  });
}
