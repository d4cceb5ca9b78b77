import { distanceBias, hasAbsolutePositions } from '../blocks/distanceBias.js';
import { embedded, positionsAfterPadding, tokenVectors } from '../blocks/embeddings.js';
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
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** RoBERTa (arXiv 1907.11692), XLM-R (1911.02116) and CamemBERT (1911.03894): BERT's layers, fairseq's positions and heads. */
export const roberta: Architecture = {
  modelTypes: ['roberta', 'xlm-roberta', 'camembert'],
  heads: [...textEncoderHeads, 'ForCausalLM'],
  headTraces: textHeadTraces(/^lm_head\.dense\.weight$/),
  build: buildRoberta,
};

function buildRoberta({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.renamed(bodyNames('roberta.')));
  g.weights.ignore(buffers, /^pooler\./, /^lm_head\./);
  const shape = encoderShape(config);
  if (head === 'ForCausalLM')
    return writingEncoder(g, head, config, {
      shape,
      embed: (ids, types, places) =>
        embeddings(
          g,
          config,
          ids,
          () => types,
          () => places,
        ),
      words: (x) => robertaWordScores(g, config, x, 50265),
    });
  config.mustBe('is_decoder', false);
  const { ids, mask } = textInputs(g);
  const pad = paddingOf(config);
  const places = () => positionsAfterPadding(g, ids, pad);
  let x = embeddings(g, config, ids, () => typeInput(g), places);
  const bias = distanceBias(g, config, shape, ids, keyMaskBias(g, mask));
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    x = g.tap(layer, postNormLayer(g, x, shape, bertLayerNames(layer), bias(layer)));
  }
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => robertaPooled(g, x, shape.size),
    sequenceClassifier: 'classifier.out_proj',
    words: () => robertaWordScores(g, config, x, 50265),
  });
  return [{ name: 'model', graph: g }];
}

function paddingOf(config: Config): number {
  const pad = config.saysNull('pad_token_id') ? -1 : config.integer('pad_token_id', 1)!;
  if (pad < 0) throw refusal('config.json says no pad_token_id, from which the positions are counted');
  return pad;
}

/** `types` and `places` are made where they are needed: an input that nothing reads would have to be given. */
function embeddings(g: GraphBuilder, config: Config, ids: Value, types: () => Value, places: () => Value): Value {
  const size = config.size('hidden_size', 768);
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  const words = table('word_embeddings', ids, config.size('vocab_size', 50265));
  // Tokenizers of one token type tell none, and graphs of this family do not ask for them.
  const kinds = config.size('type_vocab_size', 2);
  const typed = g.add(words, table('token_type_embeddings', kinds === 1 ? g.integers([0]) : types(), kinds));
  const placed = hasAbsolutePositions(config)
    ? g.add(typed, table('position_embeddings', places(), config.size('max_position_embeddings', 512)))
    : typed;
  return layerNorm(g, placed, 'embeddings.LayerNorm', config.number('layer_norm_eps', 1e-12), size);
}

/** What the sequence classifier reads: a layer of its own upon the first token. */
export function robertaPooled(g: GraphBuilder, x: Value, size: number): Value {
  return g.op('Tanh', [linear(g, firstToken(g, x), 'classifier.dense', { inputs: size, outputs: size, bias: true })]);
}

/** fairseq's masked-language head, `lm_head`: always with GELU. */
export function robertaWordScores(g: GraphBuilder, config: Config, x: Value, words: number): Value {
  const size = config.size('hidden_size', 768);
  const isTied = config.flag('tie_word_embeddings', true);
  return wordScores(g, x, {
    dense: 'lm_head.dense',
    norm: 'lm_head.layer_norm',
    activation: 'gelu',
    epsilon: config.number('layer_norm_eps', 1e-12),
    size,
    wordSize: size,
    words: config.size('vocab_size', words),
    table: isTied ? 'embeddings.word_embeddings.weight' : 'lm_head.decoder.weight',
    bias: ['lm_head.bias', 'lm_head.decoder.bias'],
  });
}
