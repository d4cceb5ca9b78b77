import type { RequestHandler } from 'express';
import { DiscussionsPage, type DiscussionsView } from '../../../views/pages/discussions/discussions.js';
import { discussionOrders } from '../../discussions/types.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, queryOf, sendPage, tablePage } from '../respond.js';

const rowsOfAPage = 50;
const maxSearch = 200;

/** `…/discussions` */
export function discussionsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const query = queryOf(request);
    const wanted = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
      known.find((value) => value === query.get(name)) ?? otherwise;
    const written = (name: string): string => (query.get(name) ?? '').trim().slice(0, maxSearch);
    const filter = {
      type: wanted('type', ['discussion', 'pull_request'], 'all'),
      status: wanted('status', ['closed', 'all'], 'open'),
      author: written('author') || null,
      search: written('search'),
    } as const;
    const order = wanted('sort', discussionOrders, 'created');
    const page = tablePage(query);
    const { discussions } = services;
    const part = { skip: page * rowsOfAPage, limit: rowsOfAPage, order };
    const { rows, total } = discussions.list(row.id, filter, part);
    const open = discussions.count(row.id, { ...filter, status: 'open' });
    const closed = discussions.count(row.id, { ...filter, status: 'closed' });
    const view: DiscussionsView = {
      head: await headOf(services, request, row),
      filter: { ...filter, sort: order, author: filter.author ?? '' },
      counts: { open, closed, all: open + closed },
      rows: rows.map(({ num, title, status, author, createdAtMs, updatedAtMs, comments, pullRequest }) => ({
        num,
        title,
        status,
        isPullRequest: pullRequest !== null,
        author: author?.name ?? null,
        createdAtMs,
        updatedAtMs,
        comments: Math.max(0, comments - 1),
      })),
      page,
      pages: Math.max(1, Math.ceil(total / rowsOfAPage)),
    };
    await sendPage(
      services,
      request,
      response,
      <DiscussionsPage chrome={chromeOf(services, request, response)} view={view} />,
    );
  };
}
