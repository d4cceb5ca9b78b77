import type { Chrome } from '../../chrome.js';
import { Pagination } from '../../components/pagination.js';
import { RepoFrame, type RepoHead } from '../../components/repoFrame.js';
import { Age } from '../../components/time.js';
import { formatCount, plural } from '../../format.js';
import { safeUrl } from '../../safe.js';
import { type DiscussionStatus, PersonLink, StatusBadge } from './status.js';

export interface DiscussionRow {
  readonly num: number;
  readonly title: string;
  readonly status: DiscussionStatus;
  readonly isPullRequest: boolean;
  /** null = somebody who left. */
  readonly author: string | null;
  readonly createdAtMs: number;
  /** Without the first. */
  readonly comments: number;
}

export interface DiscussionsView {
  readonly head: RepoHead;
  readonly type: 'all' | 'discussion' | 'pull_request';
  readonly status: 'open' | 'closed';
  readonly counts: { readonly open: number; readonly closed: number };
  readonly rows: readonly DiscussionRow[];
  readonly page: number;
  readonly pages: number;
}

const types: readonly { readonly type: DiscussionsView['type']; readonly text: string }[] = [
  { type: 'all', text: 'All' },
  { type: 'discussion', text: 'Discussions' },
  { type: 'pull_request', text: 'Pull requests' },
];

/** `…/discussions`: discussions and pull requests of a repository, the newest first. */
export function DiscussionsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: DiscussionsView }) {
  const { head, type, status, counts, rows, page, pages } = view;
  const hrefOf = (change: { type?: string; status?: string; p?: number }): string => {
    const query = new URLSearchParams();
    const wanted = { type, status, ...change };
    if (wanted.type !== 'all') query.set('type', wanted.type);
    if (wanted.status !== 'open') query.set('status', wanted.status);
    if (change.p) query.set('p', String(change.p));
    return `${head.path}/discussions${query.size > 0 ? `?${query}` : ''}`;
  };
  return (
    <RepoFrame chrome={chrome} head={head} tab="community" title="Community" noIndex>
      <h2 class="visually-hidden">Discussions and pull requests</h2>
      <div class="file-bar">
        <nav class="segments" aria-label="Kind">
          {types.map(({ type: key, text }) => (
            <a key={key} href={safeUrl(hrefOf({ type: key }))} aria-current={key === type ? 'page' : undefined}>
              {text}
            </a>
          ))}
        </nav>
        <nav class="segments" aria-label="Status">
          {(['open', 'closed'] as const).map((key) => (
            <a key={key} href={safeUrl(hrefOf({ status: key }))} aria-current={key === status ? 'page' : undefined}>
              {key === 'open' ? 'Open' : 'Closed'} {formatCount(counts[key])}
            </a>
          ))}
        </nav>
        <span class="button-row">
          <a class="button" href={safeUrl(`${head.path}/discussions/new?type=pull_request`)} rel="nofollow">
            New pull request
          </a>
          <a class="button button-primary" href={safeUrl(`${head.path}/discussions/new`)} rel="nofollow">
            New discussion
          </a>
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="quiet">{status === 'open' ? 'Nothing is open here.' : 'Nothing was closed here.'}</p>
      ) : (
        <ul class="panel refs">
          {rows.map((row) => (
            <Row key={row.num} row={row} head={head} />
          ))}
        </ul>
      )}
      <Pagination page={page} pages={pages} href={(p) => hrefOf({ p })} label="Pages of discussions" />
    </RepoFrame>
  );
}

function Row({ row, head }: { readonly row: DiscussionRow; readonly head: RepoHead }) {
  return (
    <li>
      <div class="ref-name">
        <a class="breaks" href={safeUrl(`${head.path}/discussions/${row.num}`)} dir="auto">
          {row.title}
        </a>{' '}
        <StatusBadge status={row.status} isPullRequest={row.isPullRequest} />
      </div>
      <span class="ref-commit small quiet">
        #{row.num} opened <Age atMs={row.createdAtMs} /> by <PersonLink name={row.author} />
        {row.comments > 0 && ` · ${plural(row.comments, 'comment')}`}
      </span>
    </li>
  );
}
