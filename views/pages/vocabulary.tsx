import type { Chrome } from '../chrome.js';
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
          <section class="table-scroll" tabindex={0} aria-label={title}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">Identifier</th>
                  <th scope="col">Name</th>
                  <th scope="col" class="number">
                    Models
                  </th>
                  <th scope="col" class="number">
                    Datasets
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row" class="mono">
                      {row.id}
                    </th>
                    <td>
                      {row.name}{' '}
                      {row.hint && (
                        <span class="quiet" lang={row.id} dir="auto">
                          {row.hint}
                        </span>
                      )}
                    </td>
                    <Count count={row.models} href={facetHref('model', facet, row.id)} of={['model', row.name]} />
                    <Count count={row.datasets} href={facetHref('dataset', facet, row.id)} of={['dataset', row.name]} />
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
    </Page>
  );
}

function Count({
  count,
  href,
  of: [noun, name],
}: {
  readonly count: number;
  readonly href: string;
  readonly of: readonly [noun: string, name: string];
}) {
  return (
    <td class="number">
      {count > 0 && (
        <a href={safeUrl(href)}>
          {formatCount(count)}{' '}
          <span class="visually-hidden">
            {count === 1 ? noun : `${noun}s`}: {name}
          </span>
        </a>
      )}
    </td>
  );
}
