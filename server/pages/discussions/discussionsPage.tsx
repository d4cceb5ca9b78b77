import type { RequestHandler } from 'express';
import { DiscussionsPage, type DiscussionsView } from '../../../views/pages/discussions/discussions.js';
import { repositoryOfPage } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { headOf } from '../model.js';
import { chromeOf, queryOf, sendPage, tablePage } from '../respond.js';

const rowsOfAPage = 50;

/** `…/discussions` */
export function discussionsPage(services: Services): RequestHandler {
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const query = queryOf(request);
    const type = (['discussion', 'pull_request'] as const).find((known) => known === query.get('type')) ?? 'all';
    const status = query.get('status') === 'closed' ? 'closed' : 'open';
    const page = tablePage(query);
    const filter = { type, status, author: null } as const;
    const { discussions } = services;
    const { rows, total } = discussions.list(row.id, filter, { skip: page * rowsOfAPage, limit: rowsOfAPage });
    const other = status === 'open' ? 'closed' : 'open';
    const counts = { [status]: total, [other]: discussions.count(row.id, { ...filter, status: other }) };
    const view: DiscussionsView = {
      head: await headOf(services, request, row),
      type,
      status,
      counts: counts as DiscussionsView['counts'],
      rows: rows.map(({ num, title, status, author, createdAtMs, comments, pullRequest }) => ({
        num,
        title,
        status,
        isPullRequest: pullRequest !== null,
        author: author?.name ?? null,
        createdAtMs,
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
