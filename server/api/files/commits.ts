import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Commit, Repository } from '../../../indexer/repository/types.js';
import { escapeHtml } from '../../../views/card/plainCard.js';
import { avatarPath } from '../../accounts/shownOwner.js';
import { personOf } from '../../pages/files/person.js';
import type { Services } from '../../services.js';
import { cursor, sendNextLink } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { integer, words } from '../frame/parameters.js';
import { pageStart, writeCursor } from './commitCursor.js';
import { wholeRevisionOf } from './revision.js';

const maxLimit = 1000;

const commitItem = z.strictObject({
  id: z.string(),
  title: z.string(),
  message: z.string(),
  date: z.iso.datetime(),
  authors: z.array(z.strictObject({ user: z.string(), avatar: z.string() })),
  formatted: z.strictObject({ title: z.string(), message: z.string() }).optional(),
});

export const listCommits = operation({
  id: 'listCommits',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/commits/{rev}',
  summary: 'The commits of a revision, newest first; `X-Total-Count` says how many there are',
  access: 'read',
  query: {
    limit: integer('Commits of a page', { least: 1, most: maxLimit, otherwise: 50 }),
    expand: words('`formatted`: title and message as HTML too', ['formatted']),
    cursor,
  },
  answer: z.array(commitItem),
  async handle(services, call) {
    const { repository, commit } = await wholeRevisionOf(services, call.repo, call.place);
    const { limit, expand } = call.query;
    const { commit: from, start } = await pageStart(repository, commit, call.query.cursor);
    const [total, commits] = await Promise.all([
      countOf(repository, from),
      repository.log(from, { skip: start, limit }),
    ]);
    call.response.set('X-Total-Count', String(total));
    if (start + limit < total) sendNextLink(call, writeCursor({ commit: from, start: start + limit }));
    return commits.map((one) => itemOf(services, one, expand.includes('formatted')));
  },
});

/** By commit, whose id says all of its history. */
const counts = new LRUCache<string, number>({ max: 10_000 });

async function countOf(repository: Repository, commit: string): Promise<number> {
  const known = counts.get(commit);
  if (known !== undefined) return known;
  const count = await repository.countCommits(commit);
  counts.set(commit, count);
  return count;
}

function itemOf(services: Services, commit: Commit, formatted: boolean): z.input<typeof commitItem> {
  const { account, name } = personOf(services, commit.author);
  return {
    id: commit.oid,
    title: commit.title,
    message: commit.body,
    date: new Date(commit.committedAtMs).toISOString(),
    authors: [{ user: account ?? name, avatar: (account && avatarPath(services, account)) ?? '' }],
    ...(formatted ? { formatted: { title: escapeHtml(commit.title), message: escapeHtml(commit.body) } } : {}),
  };
}
