import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import type { EncoderShape, ScoreBias } from './encoderLayer.js';
import { distances, relativeScores } from './relativePositions.js';

const positionKinds = ['absolute', 'relative_key', 'relative_key_query'] as const;

function positionKind(config: Config): (typeof positionKinds)[number] {
  return config.choice('position_embedding_type', positionKinds, 'absolute');
}

/** Whether `position_embedding_type` adds places to the words; else each layer scores the distances of tokens. */
export function hasAbsolutePositions(config: Config): boolean {
  return positionKind(config) === 'absolute';
}

/** The mask alone, or with a score for each distance of two tokens (arXiv 1803.02155, 2009.13658), by layer. */
export function distanceBias(
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
