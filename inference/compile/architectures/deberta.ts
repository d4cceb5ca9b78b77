import { splitHeads } from '../blocks/attention.js';
import type { EncoderShape } from '../blocks/encoderLayer.js';
import { linear } from '../blocks/linear.js';
import { textEncoderHeads } from '../blocks/textHeads.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import type { Architecture } from '../types.js';
import { type DebertaTraits, debertaGraphs, distanceVectors, singleDistances } from './debertaV2.js';

/** DeBERTa (arXiv 2006.03654), the first: one linear layer for queries, keys and values, and a row for each distance. */
export const deberta: Architecture = {
  modelTypes: ['deberta'],
  heads: textEncoderHeads,
  headTraces: [[/^qa_outputs\.weight$/, 'ForQuestionAnswering']],
  build(source) {
    source.config.mustBe('talking_head', false);
    return debertaGraphs(source, traits);
  },
};

const traits: DebertaTraits = {
  usual: { epsilon: 1e-7 },
  words: 50265,
  parts: (g, shape, attention) => (x) => threeOfOne(g, shape, attention, x),
  distances(g, config, { size }) {
    const rows = singleDistances(config);
    return { ...rows, vectors: distanceVectors(g, rows.span, size) };
  },
  projection: (_, kind) => (kind === 'c2p' ? { name: 'pos_proj', bias: false } : { name: 'pos_q_proj', bias: true }),
};

/** Rows of the layer lie head by head: those of its query, its key, its value. Keys have no bias. */
function threeOfOne(
  g: GraphBuilder,
  { size, heads, headSize }: EncoderShape,
  attention: string,
  x: Value,
): readonly [Value, Value, Value] {
  const all = linear(g, x, `${attention}.in_proj`, { inputs: size, outputs: 3 * size, bias: false });
  const [query, key, value] = g.split(splitHeads(g, all, heads, 3 * headSize), [headSize, headSize, headSize]);
  const withBias = (part: Value, name: string) =>
    g.add(part, g.reshape(g.weight(`${attention}.${name}`, [size]), [heads, 1, headSize]));
  return [withBias(query!, 'q_bias'), key!, withBias(value!, 'v_bias')];
}
