import { type BartShape, bartGraphs, type Part, type Words } from '../blocks/bartStack.js';
import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import type { Architecture } from '../types.js';

/** M2M-100 (arXiv 2010.11125) and NLLB: mBART without its norm of embeddings, with sines for places that skip padding. */
export const m2m100: Architecture = {
  modelTypes: ['m2m_100'],
  heads: ['ForConditionalGeneration'],
  build: (source) =>
    bartGraphs(source, {
      normsBefore: true,
      embeddingNorm: 'none',
      places: placesWithoutPadding(source.config),
      wordBias: false,
      activation: 'relu',
      scaled: true,
    }),
};

/** Places count from behind the id of the padding, which itself has no place: zeros. */
export function placesWithoutPadding(config: Config) {
  const padding = config.integer('pad_token_id', 1)!;
  return (g: GraphBuilder, _: Part, { size }: BartShape, { ids, places }: Words): Value => {
    const isText = g.cast(g.op('Not', [g.op('Equal', [ids, g.integer(padding)])]), 'int64');
    const before = g.slice(places, 0, 0, 1);
    const counted = g.add(g.add(g.op('CumSum', [isText, g.integer(1)]), before), g.integer(padding));
    const step = Math.log(10_000) / (size / 2 - 1);
    const speeds = Array.from({ length: size / 2 }, (_, i) => Math.fround(Math.exp(Math.fround(i * -step))));
    const angles = g.mul(g.cast(g.unsqueeze(counted, [2]), 'float'), g.floats(speeds));
    const table = g.concat([g.op('Sin', [angles]), g.op('Cos', [angles])], -1);
    return g.mul(table, g.cast(g.unsqueeze(isText, [2]), 'float'));
  };
}
