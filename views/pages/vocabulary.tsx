import type { Chrome } from '../chrome.js';
import { ActionCell, ActionTable } from '../components/actionTable.js';
import { Page } from '../components/frame.js';
import { formatCount } from '../format.js';
import { type FacetKey, facetHref } from '../listing.js';
import { safeUrl } from '../safe.js';

export interface VocabularyView {
  readonly path: '/languages' | '/licenses';
  readonly title: string;
  readonly lead: string;
  readonly facet: FacetKey;
  /** What the reader looks for. */
  readonly search: string;
  readonly rows: readonly {
    readonly id: string;
    readonly name: string;
    /** A second name: the language's own. */
    readonly hint: string | null;
    readonly models: number;
    readonly datasets: number;
  }[];
}

/** `/languages` and `/licenses`: every identifier that cards may use, with what carries it here. */
export function VocabularyPage({ chrome, view }: { readonly chrome: Chrome; readonly view: VocabularyView }) {
  const { path, title, lead, facet, search, rows } = view;
  return (
    <Page chrome={chrome} title={title} current="models" description={lead} canonical={path} noIndex={search !== ''}>
      <div class="page-head page-lead">
        <h1>{title}</h1>
        <p>{lead}</p>
      </div>
      <div class="stack">
        <search>
          <form class="search-line" action={path} method="get">
            <label class="visually-hidden" for="vocabulary-search">
              Search in {title.toLowerCase()}
            </label>
            <input
              id="vocabulary-search"
              class="input"
              type="search"
              name="search"
              value={search}
              placeholder="Identifier or name…"
              autocomplete="off"
            />
            <button class="button" type="submit">
              Search
            </button>
          </form>
        </search>
        {rows.length === 0 ? (
          <p class="empty">
            Nothing is called “{search}”. <a href={path}>All {title.toLowerCase()}</a>
          </p>
        ) : (
          <ActionTable
            label={title}
            heads={['Identifier', 'Name', 'Models', 'Datasets']}
            numbers={['Models', 'Datasets']}
            actions={null}
          >
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row" class="mono">
                  {row.id}
                </th>
                <ActionCell head="Name">
                  {row.name}{' '}
                  {row.hint && (
                    <span class="quiet" lang={row.id} dir="auto">
                      {row.hint}
                    </span>
                  )}
                </ActionCell>
                <Count
                  count={row.models}
                  href={facetHref('model', facet, row.id)}
                  head="Models"
                  of={['model', row.name]}
                />
                <Count
                  count={row.datasets}
                  href={facetHref('dataset', facet, row.id)}
                  head="Datasets"
                  of={['dataset', row.name]}
                />
              </tr>
            ))}
          </ActionTable>
        )}
      </div>
    </Page>
  );
}

function Count({
  head,
  count,
  href,
  of: [noun, name],
}: {
  readonly head: string;
  readonly count: number;
  readonly href: string;
  readonly of: readonly [noun: string, name: string];
}) {
  return (
    <ActionCell head={head} class="number">
      {count > 0 && (
        <a href={safeUrl(href)}>
          {formatCount(count)}{' '}
          <span class="visually-hidden">
            {count === 1 ? noun : `${noun}s`}: {name}
          </span>
        </a>
      )}
    </ActionCell>
  );
}
