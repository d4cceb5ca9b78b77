import { createHash } from 'node:crypto';
import { type RepoRef, repoPath } from '../../config/repo.js';
import { cardVersion } from '../../views/card/plainCard.js';
import { type SafeHtml, trustedHtml } from '../../views/safe.js';
import type { Services } from '../services.js';

/**
 * Markdown of one field of a card as HTML, rendered and sanitised as cards are, once for each text and repository. Without
 * formulas: a licence has amounts of money.
 * @param place begins the ids of its headings, which stand on a page with those of the card
 */
export async function textOf(
  { repositories, cards, index, options }: Pick<Services, 'repositories' | 'cards' | 'index' | 'options'>,
  ref: RepoRef,
  markdown: string,
  place: string,
): Promise<SafeHtml> {
  const base = repoPath(ref);
  const branch = encodeURIComponent(await repositories.open(ref).defaultBranch());
  const { externalImages } = options;
  const nonce = createHash('sha256')
    .update(JSON.stringify([base, branch, place, markdown]))
    .digest('hex')
    .slice(0, 16);
  const key = `text ${cardVersion} ${externalImages} ${nonce}`;
  const cached = index.cached(key);
  if (cached) return trustedHtml(cached);
  const { card, isWhole } = await cards.render(key, markdown, {
    linkBase: `${base}/blob/${branch}/`,
    rawBase: `${base}/resolve/${branch}/`,
    externalImages,
    nonce,
    withoutMath: true,
    headingPrefix: `${place}-`,
  });
  if (isWhole) index.cache(key, card.html);
  return card.html;
}
