import { attend, joinHeads, splitHeads } from '../../blocks/attention.js';
import { embedded } from '../../blocks/embeddings.js';
import type { CrossDecoder } from '../../blocks/encoderDecoder.js';
import { bertLayerNames, type EncoderShape, encoderShape, feedForward } from '../../blocks/encoderLayer.js';
import { linear } from '../../blocks/linear.js';
import { buffers } from '../../blocks/names.js';
import { layerNorm } from '../../blocks/norm.js';
import type { Config } from '../../config.js';
import type { GraphBuilder, Value } from '../../graphBuilder.js';
import { bertWordScores } from '../bert.js';
import { robertaWordScores } from '../roberta.js';
import type { WritingDecoder } from './writingDecoder.js';

/** What BERT and RoBERTa do differently as decoders. */
interface Kind {
  /** Place of each token, as a row of the table of places. */
  readonly places: (g: GraphBuilder, state: CrossDecoder) => Value;
  readonly scores: (g: GraphBuilder, x: Value) => Value;
  readonly words: number;
}

/** BERT as a decoder (`is_decoder`), with attention to an encoder in each layer. */
export function bertDecoder(config: Config): WritingDecoder {
  return decoderOf(config, {
    places: (_, { places }) => places,
    scores: (g, x) => bertWordScores(g, config, x),
    words: 30522,
  });
}

/** RoBERTa as a decoder: its places are counted from behind the padding's id. */
export function robertaDecoder(config: Config): WritingDecoder {
  const padding = config.integer('pad_token_id', 1)!;
  return decoderOf(config, {
    places(g, { ids, places }) {
      const isToken = g.cast(g.op('Not', [g.op('Equal', [ids, g.integer(padding)])]), 'int64');
      const counted = g.add(g.op('CumSum', [isToken, g.integer(1)]), g.slice(places, 0, 0, 1));
      return g.add(g.mul(counted, isToken), g.integer(padding));
    },
    scores: (g, x) => robertaWordScores(g, config, x, 50265),
    words: 50265,
  });
}

function decoderOf(config: Config, { places, scores, words }: Kind): WritingDecoder {
  config.mustBe('add_cross_attention', true);
  config.mustBe('is_decoder', true);
  config.mustBe('cross_attention_hidden_size', null);
  config.mustBe('position_embedding_type', 'absolute');
  const shape = encoderShape(config);
  const { size, heads, headSize, layers } = shape;
  const count = config.size('vocab_size', words);
  return {
    layers,
    heads,
    headSize,
    words: count,
    crossSize: size,
    keysOf: (g, encoded, layer) => keyAndValue(g, shape, encoded, `encoder.layer.${layer}.crossattention.self`),
    scores(g, state) {
      g.weights.ignore(buffers, /^pooler\./, /^cls\.predictions\.decoder\./, /^lm_head\.decoder\./);
      let x = embeddings(g, config, shape, { ids: state.ids, places: places(g, state), words: count });
      for (let layer = 0; layer < layers; layer++)
        x = g.tap(`encoder.layer.${layer}`, decoderLayer(g, shape, state, layer, x));
      return scores(g, x);
    },
  };
}

interface Tokens {
  readonly ids: Value;
  readonly places: Value;
  readonly words: number;
}

/** All tokens are of the first type. */
function embeddings(g: GraphBuilder, config: Config, { size, epsilon }: EncoderShape, { ids, places, words }: Tokens) {
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  const kind = table('token_type_embeddings', g.integer(0), config.size('type_vocab_size', 2));
  const typed = g.add(table('word_embeddings', ids, words), kind);
  const placed = g.add(typed, table('position_embeddings', places, config.size('max_position_embeddings', 512)));
  return layerNorm(g, placed, 'embeddings.LayerNorm', epsilon, size);
}

function decoderLayer(g: GraphBuilder, shape: EncoderShape, state: CrossDecoder, layer: number, x: Value): Value {
  const name = `encoder.layer.${layer}`;
  const own = state.remember(layer, ...keyAndValue(g, shape, x, `${name}.attention.self`));
  const attended = look(g, shape, `${name}.attention`, x, own, state.causal);
  const seen = look(g, shape, `${name}.crossattention`, attended, state.encoded(layer), state.encoderMask);
  const names = bertLayerNames(name);
  return layerNorm(g, g.add(feedForward(g, seen, shape, names), seen), names.outputNorm, shape.epsilon, shape.size);
}

function look(
  g: GraphBuilder,
  { size, heads, headSize, epsilon }: EncoderShape,
  name: string,
  x: Value,
  [key, value]: readonly [Value, Value],
  bias: Value | undefined,
): Value {
  const square = { inputs: size, outputs: size };
  const query = splitHeads(g, linear(g, x, `${name}.self.query`, square), heads, headSize);
  const seen = joinHeads(g, attend(g, query, key, value, { heads, headSize, bias }), size);
  return layerNorm(
    g,
    g.add(linear(g, seen, `${name}.output.dense`, square), x),
    `${name}.output.LayerNorm`,
    epsilon,
    size,
  );
}

function keyAndValue(g: GraphBuilder, shape: EncoderShape, x: Value, name: string): readonly [Value, Value] {
  const { size, heads, headSize } = shape;
  const split = (one: string) =>
    splitHeads(g, linear(g, x, `${name}.${one}`, { inputs: size, outputs: size }), heads, headSize);
  return [split('key'), split('value')];
}
