import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Head, NamedGraph } from '../types.js';
import { decoderInputs } from './decoder.js';
import { decoderHead } from './decoderHeads.js';
import { hasAbsolutePositions } from './distanceBias.js';
import { bertLayerNames, type EncoderShape, postNormLayer } from './encoderLayer.js';

/** What the families that were made to read have of their own when they write. */
export interface WritingParts {
  readonly shape: EncoderShape;
  /** Vectors of the ids, of their types and their places. */
  readonly embed: (ids: Value, types: Value, places: Value) => Value;
  /** Scores of the whole vocabulary for [batch, tokens, size]. */
  readonly words: (x: Value) => Value;
}

/**
 * BERT's layers as a language model (`is_decoder`): each token sees those before it, all are of the first type, and
 * `position_ids` are the rows of the table of places, as Python's generation counts them: from 0 for RoBERTa too.
 * @throws HubError INFERENCE_UNAVAILABLE for a model that looks both ways, or at an encoder
 */
export function writingEncoder(
  g: GraphBuilder,
  head: Head,
  config: Config,
  parts: WritingParts,
): readonly NamedGraph[] {
  const { shape } = parts;
  if (!config.flag('is_decoder', false))
    throw refusal('config.json does not say true for is_decoder; a model that looks at later tokens writes no text');
  config.mustBe('add_cross_attention', false);
  if (!hasAbsolutePositions(config)) config.mustBe('position_embedding_type', 'absolute');
  const decoder = decoderInputs(g, { remembers: true, keyHeads: shape.heads, headSize: shape.headSize });
  let x = parts.embed(decoder.ids, g.integers([0]), decoder.positions);
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    const remember = (key: Value, value: Value) => decoder.remember(index, key, value);
    x = g.tap(layer, postNormLayer(g, x, shape, bertLayerNames(layer), decoder.mask(), { remember }));
  }
  decoderHead(g, head, config, decoder, x, { size: shape.size, words: parts.words });
  return [{ name: 'model', graph: g }];
}
