import { add } from '../arrays.js';
import { idsOf, numbersOf, read } from '../madeTexts.js';
import type { NamedWeights } from '../namedWeights.js';
import type { Feeds } from '../types.js';
import type { TextFamily } from './textEncoder.js';

interface Kind {
  readonly hasTypes: boolean;
  readonly epsilon: TextFamily['epsilon'];
  /** The id that does not count where places count words, and its place; absent: each token has its own place. */
  readonly uncounted?: (pass: NamedWeights) => number;
  /** The layer that widens the embeddings, where they are smaller than the layers. */
  readonly widened?: string;
}

/** Words, places and kinds of tokens, summed and through a norm. */
export function bertEmbeddings({ hasTypes, epsilon, uncounted, widened }: Kind): TextFamily['embed'] {
  return async (pass, feeds) => {
    const ids = idsOf(feeds);
    let x = await pass.rows('embeddings.word_embeddings', ids);
    if (pass.config.text('position_embedding_type', 'absolute') === 'absolute') {
      const places = uncounted ? countedPlaces(ids, uncounted(pass)) : ids.map((_, at) => at % read);
      x = add(x, await pass.rows('embeddings.position_embeddings', places));
    }
    if (hasTypes) x = add(x, await typesOf(pass, feeds));
    const normed = await pass.norm('embeddings.LayerNorm', x, epsilon(pass.config));
    // ALBERT has this layer for embeddings of the same size too.
    return widened && pass.has(`${widened}.weight`) ? pass.dense(widened, normed) : normed;
  };
}

export function typesOf(pass: NamedWeights, feeds: Feeds): Promise<Float32Array> {
  return pass.rows('embeddings.token_type_embeddings', numbersOf(feeds.token_type_ids));
}

/** How many tokens before and with this one count, from behind the number of that which does not. */
export function countedPlaces(ids: readonly number[], uncounted: number, tokens = read): readonly number[] {
  return ids.map((id, at) => {
    if (id === uncounted) return uncounted;
    const row = ids.slice(at - (at % tokens), at + 1);
    return uncounted + row.filter((one) => one !== uncounted).length;
  });
}
