import { createHash } from 'node:crypto';
import { type RepoRef, repoPath } from '../../config/repo.js';
import { cardBody } from '../../indexer/card/frontMatter.js';
import type { ModelRecord } from '../../indexer/tags/types.js';
import { cardVersion, type RenderedCard } from '../../views/card/plainCard.js';
import type { Services } from '../services.js';
import { maxCharactersAtOnce } from './cardRenderer.js';

type Needs = Pick<Services, 'repositories' | 'index' | 'cards' | 'options'>;

/** The card as HTML: rendered once for each content and each set of addresses. Null when there is none. */
export async function cardOf(
  services: Needs,
  ref: RepoRef,
  record: ModelRecord,
  branch: string,
): Promise<RenderedCard | null> {
  const repository = services.repositories.open(ref);
  const file = record.hasCard ? await repository.entry(record.commit, 'README.md') : null;
  if (!file) return null;
  const base = repoPath(ref);
  const nonce = createHash('sha256').update(`${file.oid} ${base} ${branch}`).digest('hex').slice(0, 16);
  const { externalImages, card: options } = services.options;
  const key = `card ${cardVersion} ${externalImages} ${options.embedHosts.join(',')} ${nonce}`;
  const cached = services.index.cached(key);
  if (cached) return JSON.parse(cached) as RenderedCard;
  const body = cardBody((await repository.blob(file.oid, 2 ** 20)).toString('utf8'));
  const { card, isWhole } = await services.cards.render(key, body, {
    linkBase: `${base}/blob/${encodeURIComponent(branch)}/`,
    rawBase: `${base}/resolve/${encodeURIComponent(branch)}/`,
    externalImages,
    embedHosts: options.embedHosts,
    nonce,
  });
  if (isWhole) services.index.cache(key, JSON.stringify(card));
  return card;
}

/** Renders a pushed card before somebody asks for it, when it is one that would be waited for. */
export async function renderAhead(services: Needs, ref: RepoRef, record: ModelRecord): Promise<void> {
  const repository = services.repositories.open(ref);
  const file = record.hasCard ? await repository.entry(record.commit, 'README.md') : null;
  if (!file || file.sizeBytes <= maxCharactersAtOnce) return;
  await cardOf(services, ref, record, await repository.defaultBranch());
}
