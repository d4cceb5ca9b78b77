import { embedded, positionsAfterPadding, tokenVectors } from '../blocks/embeddings.js';
import { type EncoderShape, encoderShape, type LayerNames, postNormLayer } from '../blocks/encoderLayer.js';
import { keyMaskBias } from '../blocks/mask.js';
import { bodyNames, buffers } from '../blocks/names.js';
import { layerNorm } from '../blocks/norm.js';
import { relativeIds } from '../blocks/relativePositions.js';
import { textEncoderHeads, textHead, textHeadTraces } from '../blocks/textHeads.js';
import { textInputs } from '../blocks/textInputs.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';
import { robertaPooled, robertaWordScores } from './roberta.js';

/** MPNet (arXiv 2004.09297): one bias for each head and each bucket of distances, shared by all layers. */
export const mpnet: Architecture = {
  modelTypes: ['mpnet'],
  heads: textEncoderHeads,
  headTraces: textHeadTraces(/^lm_head\.dense\.weight$/),
  build: buildMpnet,
};

/** The code's own, whatever config.json says. */
const pad = 1;
const buckets = 32;
/** Distances from here on share a bucket. */
const farthest = 128;

function buildMpnet({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.renamed(bodyNames('mpnet.')));
  g.weights.ignore(buffers, /^pooler\./, /^lm_head\./);
  const shape = encoderShape(config);
  const { ids, mask } = textInputs(g);
  let x = embeddings(g, config, ids, shape);
  const bias = g.add(distanceBias(g, config, shape, ids), keyMaskBias(g, mask));
  for (let index = 0; index < shape.layers; index++) {
    const layer = `encoder.layer.${index}`;
    x = g.tap(layer, postNormLayer(g, x, shape, namesOf(layer), bias));
  }
  textHead(g, head, config, {
    tokens: tokenVectors(g, x, shape.size),
    size: shape.size,
    pooled: () => robertaPooled(g, x, shape.size),
    sequenceClassifier: 'classifier.out_proj',
    words: () => robertaWordScores(g, config, x, 30527),
  });
  return [{ name: 'model', graph: g }];
}

function namesOf(layer: string): LayerNames {
  return {
    query: `${layer}.attention.attn.q`,
    key: `${layer}.attention.attn.k`,
    value: `${layer}.attention.attn.v`,
    mixed: `${layer}.attention.attn.o`,
    attentionNorm: `${layer}.attention.LayerNorm`,
    raised: `${layer}.intermediate.dense`,
    lowered: `${layer}.output.dense`,
    outputNorm: `${layer}.output.LayerNorm`,
  };
}

function embeddings(g: GraphBuilder, config: Config, ids: Value, { size, epsilon }: EncoderShape): Value {
  const table = (name: string, of: Value, rows: number) => embedded(g, `embeddings.${name}`, of, rows, size);
  const words = table('word_embeddings', ids, config.size('vocab_size', 30527));
  const places = positionsAfterPadding(g, ids, pad);
  const placed = g.add(words, table('position_embeddings', places, config.size('max_position_embeddings', 512)));
  return layerNorm(g, placed, 'embeddings.LayerNorm', epsilon, size);
}

/** [1, heads, tokens, tokens] */
function distanceBias(g: GraphBuilder, config: Config, { heads }: EncoderShape, ids: Value): Value {
  const rows = config.size('relative_attention_num_buckets', buckets);
  const table = 'encoder.relative_attention_bias';
  const bias = embedded(g, table, relativeIds(g, g.dim(ids, 1), farthest, bucketOf), rows, heads);
  return g.unsqueeze(g.transpose(bias, [2, 0, 1]), [0]);
}

/**
 * Half of the buckets for keys before the query, half for those behind it; of each half, one bucket for each small
 * distance, then buckets that grow with the logarithm. Float32, as Python computes it.
 */
function bucketOf(queryMinusKey: number): number {
  const half = buckets / 2;
  const exact = half / 2;
  const side = queryMinusKey < 0 ? half : 0;
  const distance = Math.abs(queryMinusKey);
  if (distance < exact) return side + distance;
  const share = Math.fround(Math.fround(Math.log(Math.fround(distance / exact))) / Math.log(farthest / exact));
  return side + Math.min(half - 1, exact + Math.trunc(Math.fround(share * (half - exact))));
}
