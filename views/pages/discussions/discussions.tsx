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
  readonly updatedAtMs: number;
  /** Without the first. */
  readonly comments: number;
}

export interface DiscussionsView {
  readonly head: RepoHead;
  readonly filter: DiscussionsFilter;
  readonly counts: Readonly<Record<DiscussionsFilter['status'], number>>;
  readonly rows: readonly DiscussionRow[];
  readonly page: number;
  readonly pages: number;
}

export interface DiscussionsFilter {
  readonly type: 'all' | 'discussion' | 'pull_request';
  readonly status: 'open' | 'closed' | 'all';
  /** Name of who began it; '' = everybody. */
  readonly author: string;
  /** Part of a title. */
  readonly search: string;
  readonly sort: 'created' | 'updated';
}

const untold: DiscussionsFilter = { type: 'all', status: 'open', author: '', search: '', sort: 'created' };

const types: readonly { readonly type: DiscussionsFilter['type']; readonly text: string }[] = [
  { type: 'all', text: 'All' },
  { type: 'discussion', text: 'Discussions' },
  { type: 'pull_request', text: 'Pull requests' },
];
const statuses: readonly { readonly status: DiscussionsFilter['status']; readonly text: string }[] = [
  { status: 'open', text: 'Open' },
  { status: 'closed', text: 'Closed' },
  { status: 'all', text: 'Both' },
];

/** `…/discussions`: discussions and pull requests of a repository. */
export function DiscussionsPage({ chrome, view }: { readonly chrome: Chrome; readonly view: DiscussionsView }) {
  const { head, filter, counts, rows, page, pages } = view;
  const { type, status } = filter;
  const hrefOf = (change: Partial<DiscussionsFilter> & { p?: number }): string => {
    const { p, ...wanted } = { p: 0, ...filter, ...change };
    const told = Object.entries(wanted).filter(([key, value]) => value !== untold[key as keyof DiscussionsFilter]);
    const query = new URLSearchParams([...told, ...(p > 0 ? [['p', String(p)]] : [])] as [string, string][]);
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
          {statuses.map(({ status: key, text }) => (
            <a key={key} href={safeUrl(hrefOf({ status: key }))} aria-current={key === status ? 'page' : undefined}>
              {text} {formatCount(counts[key])}
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
      <SearchForm head={head} filter={filter} />
      {rows.length === 0 ? (
        <p class="quiet">{nothing(filter)}</p>
      ) : (
        <ul class="panel refs titles">
          {rows.map((row) => (
            <Row key={row.num} row={row} head={head} />
          ))}
        </ul>
      )}
      <Pagination page={page} pages={pages} href={(p) => hrefOf({ p })} label="Pages of discussions" />
    </RepoFrame>
  );
}

function nothing({ search, author, status }: DiscussionsFilter): string {
  if (search || author) return 'Nothing is like that.';
  return status === 'closed' ? 'Nothing was closed here.' : `Nothing is ${status === 'open' ? 'open ' : ''}here.`;
}

function SearchForm({ head, filter }: Pick<DiscussionsView, 'head' | 'filter'>) {
  const { type, status, author, search, sort } = filter;
  return (
    <search>
      <form class="search-line" method="get" action={safeUrl(`${head.path}/discussions`)}>
        {type !== untold.type && <input type="hidden" name="type" value={type} />}
        {status !== untold.status && <input type="hidden" name="status" value={status} />}
        <input
          class="input"
          type="search"
          name="search"
          value={search}
          placeholder="Title"
          aria-label="Part of the title"
          dir="auto"
        />
        <input
          class="input"
          type="search"
          name="author"
          value={author}
          placeholder="Author"
          aria-label="Name of who began it"
          autocapitalize="none"
        />
        <select class="input" name="sort" aria-label="Order">
          <option value="created" selected={sort === 'created'}>
            Newest
          </option>
          <option value="updated" selected={sort === 'updated'}>
            Latest activity
          </option>
        </select>
        <button class="button" type="submit">
          Search
        </button>
      </form>
    </search>
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
        {row.updatedAtMs > row.createdAtMs && (
          <>
            {' '}
            · active <Age atMs={row.updatedAtMs} />
          </>
        )}
      </span>
    </li>
  );
}
