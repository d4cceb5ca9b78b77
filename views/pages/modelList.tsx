import type { MissingDatasets } from '../../indexer/search/types.js';
import type { Chrome } from '../chrome.js';
import { type Facet, FacetGroup } from '../components/facetGroup.js';
import { Page } from '../components/frame.js';
import { Icon } from '../components/icon.js';
import { ModelRows, type ShownRow } from '../components/modelRow.js';
import { Pagination } from '../components/pagination.js';
import { sectionOf } from '../components/siteHeader.js';
import { formatCount, plural } from '../format.js';
import {
  defaultSort,
  facetHref,
  type Listing,
  listingUrl,
  listPaths,
  listTitles,
  noFacets,
  rangeText,
  type Sort,
} from '../listing.js';
import { safeUrl } from '../safe.js';

export interface Chip {
  /** `Task: Fill-Mask`. */
  readonly label: string;
  /** The same list without it. */
  readonly href: string;
}

export interface ModelListView {
  readonly listing: Listing;
  readonly rows: readonly ShownRow[];
  readonly total: number;
  readonly pageSize: number;
  readonly facets: readonly Facet[];
  readonly chips: readonly Chip[];
  /** Datasets that cards of models name and this hub has not. */
  readonly missing: MissingDatasets;
  /** Where to go when nothing matches: the query without the filter that costs most. */
  readonly looser: { readonly label: string; readonly href: string; readonly total: number } | null;
  readonly nowMs: number;
}

const sortLabels: Readonly<Record<Sort, string>> = {
  downloads: 'Most downloaded',
  trending: 'Trending',
  likes: 'Most liked',
  modified: 'Recently updated',
  created: 'Newest',
  speed: 'Fastest here',
};

const filtersOf = {
  model: 'task, library, language, dataset and licence',
  dataset: 'task, language, licence, size and format',
  space: 'language and licence',
} as const;

export function ModelListPage({ chrome, view }: { readonly chrome: Chrome; readonly view: ModelListView }) {
  const { listing, total, chips } = view;
  const noun = listing.kind;
  return (
    <Page
      chrome={chrome}
      title={titleOf(view)}
      current={sectionOf(listing.kind)}
      description={`${plural(total, noun)} on this hub: filter by ${filtersOf[noun]}.`}
      canonical={listingUrl(listing)}
      noIndex={chips.length > 2}
      modules={['hub-filter']}
      skipLinks={[
        { href: '#results', text: 'Skip to results' },
        { href: '#filters', text: 'Skip to filters' },
      ]}
    >
      <hub-filter>
        <ListingBody view={view} />
      </hub-filter>
    </Page>
  );
}

/** What a change of the filters replaces; the script swaps the whole of it. */
export function ListingBody({ view }: { readonly view: ModelListView }) {
  const { listing, facets, chips } = view;
  const path = listPaths[listing.kind];
  const noun = listing.kind;
  return (
    <form class="listing" action={path} method="get" id="listing">
      <div class="listing-head">
        <h1>{listTitles[listing.kind]}</h1>
        <search class="listing-search">
          <label class="visually-hidden" for="search">
            Filter {noun}s by name
          </label>
          <Icon name="list-filter" />
          <input
            id="search"
            class="input"
            type="search"
            name="search"
            value={listing.search}
            placeholder="Filter by name"
            autocomplete="off"
          />
        </search>
        <div class="listing-sort">
          <span class="listing-choice">
            <label for="sort">Sort</label>
            <select id="sort" class="input" name="sort">
              {(Object.keys(sortLabels) as Sort[]).map((sort) => (
                <option key={sort} value={sort} selected={sort === listing.sort}>
                  {sortLabels[sort]}
                </option>
              ))}
            </select>
          </span>
          {listing.kind === 'model' && <SpeedChoice maxMs={listing.maxMs} />}
          <button class="button" type="submit" data-without-script>
            Go
          </button>
        </div>
        {listing.author && <input type="hidden" name="author" value={listing.author} />}
      </div>
      {chips.length > 0 && <Chips chips={chips} listing={listing} />}
      <div class="listing-columns">
        <section class="filters" id="filters" tabindex={-1} aria-label="Filters">
          <details class="filters-fold">
            <summary>
              <Icon name="list-filter" /> Filters{chips.length > 0 && ` (${chips.length})`}
            </summary>
            {facets.map((facet) => (
              <FacetGroup key={facet.parameter} facet={facet} />
            ))}
            {listing.kind === 'model' && (facets.length > 0 || listing.parameters) && (
              <SizeChoice parameters={listing.parameters} />
            )}
            {facets.length === 0 && <p class="quiet small">Nothing here can be filtered.</p>}
            <div class="filters-apply" data-without-script>
              <button class="button button-primary" type="submit">
                Apply filters
              </button>
            </div>
          </details>
        </section>
        <section class="results" id="results" tabindex={-1} aria-labelledby="results-heading">
          <h2 id="results-heading" class="results-heading">
            <span role="status">{plural(view.total, noun)}</span>
          </h2>
          <Results view={view} />
          {view.missing.total > 0 && <Missing missing={view.missing} />}
        </section>
      </div>
    </form>
  );
}

const speeds = [10, 100, 1000];

/** Only models that were measured on this hub can be asked for their speed. */
function SpeedChoice({ maxMs }: { readonly maxMs: number | null }) {
  const choices = maxMs === null || speeds.includes(maxMs) ? speeds : [...speeds, maxMs].sort((a, b) => a - b);
  return (
    <span class="listing-choice">
      <label for="max_ms">Answers within</label>
      <select id="max_ms" class="input" name="max_ms">
        <option value="">any time</option>
        {choices.map((ms) => (
          <option key={ms} value={ms} selected={ms === maxMs}>
            {ms < 1000 ? `${ms} ms` : `${ms / 1000} s`}
          </option>
        ))}
      </select>
    </span>
  );
}

const sizes = ['max:10M', 'max:100M', 'max:1B', 'max:3B', 'max:10B', 'min:10B'];

/** Only models whose files say how many parameters they have can be asked for that. */
function SizeChoice({ parameters }: Pick<Listing, 'parameters'>) {
  const chosen = parameters ? rangeText(parameters) : '';
  const choices = chosen === '' || sizes.includes(chosen) ? sizes : [chosen, ...sizes];
  return (
    <div class="facet facet-size">
      <label for="num_parameters">Parameters</label>
      <select id="num_parameters" class="input" name="num_parameters">
        <option value="">any number</option>
        {choices.map((range) => (
          <option key={range} value={range} selected={range === chosen}>
            {range.replace('min:', 'at least ').replace(',', ', ').replace('max:', 'at most ')}
          </option>
        ))}
      </select>
    </div>
  );
}

function Chips({ chips, listing }: { readonly chips: readonly Chip[]; readonly listing: Listing }) {
  const cleared = listingUrl({ ...listing, author: '', ...noFacets(), maxMs: null, parameters: null, page: 0 });
  return (
    <ul class="chips" aria-label="Active filters">
      {chips.map(({ label, href }) => (
        <li key={label}>
          <a class="chip" href={safeUrl(href)} aria-label={`Remove filter ${label}`}>
            {label} <Icon name="x" />
          </a>
        </li>
      ))}
      <li>
        <a class="chips-clear" href={safeUrl(cleared)}>
          Clear all
        </a>
      </li>
    </ul>
  );
}

function Results({ view }: { readonly view: ModelListView }) {
  const { listing, rows, total, pageSize } = view;
  const noun = listing.kind;
  if (total === 0) return <Nothing view={view} />;
  const pages = Math.ceil(total / pageSize);
  return (
    <>
      {rows.length === 0 ? (
        <div class="empty">
          <p>There {pages === 1 ? 'is one page' : `are ${pages} pages`} only.</p>
          <a class="button" href={safeUrl(listingUrl({ ...listing, page: 0 }))}>
            First page
          </a>
        </div>
      ) : (
        <ModelRows rows={rows} nowMs={view.nowMs} label={`${noun}s`} columns={2} />
      )}
      <Pagination
        page={listing.page}
        pages={pages}
        href={(page) => listingUrl({ ...listing, page })}
        label={`Pages of ${noun}s`}
      />
    </>
  );
}

const missingAtOnce = 30;

/** Each leads to the models that were trained on it. */
function Missing({ missing: { rows, total } }: { readonly missing: MissingDatasets }) {
  const [first, rest] = [rows.slice(0, missingAtOnce), rows.slice(missingAtOnce)];
  return (
    <section class="missing" aria-labelledby="missing">
      <h2 id="missing" class="section-title">
        Named by models, not kept here
      </h2>
      <p class="quiet small">
        Cards of models name {total === 1 ? 'this dataset' : `these ${formatCount(total)} datasets`}, which nobody
        pushed to this hub. Each leads to the models that were trained on it.
      </p>
      <MissingList rows={first} />
      {rest.length > 0 && (
        <details>
          <summary>Show {formatCount(rest.length)} more</summary>
          <MissingList rows={rest} />
          {total > rows.length && (
            <p class="quiet small">{formatCount(total - rows.length)} others are found by their names.</p>
          )}
        </details>
      )}
    </section>
  );
}

function MissingList({ rows }: Pick<MissingDatasets, 'rows'>) {
  return (
    <ul class="missing-list">
      {rows.map(({ value, count }) => (
        <li key={value}>
          <a href={safeUrl(facetHref('model', 'datasets', value))}>
            <span class="mono">{value}</span>
            <span class="quiet small"> {plural(count, 'model')}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function Nothing({ view: { listing, looser, chips } }: { readonly view: ModelListView }) {
  const noun = listing.kind;
  const filtered = chips.length > 0 || listing.search !== '';
  if (!filtered) {
    return (
      <div class="empty">
        <h3>No {noun}s yet</h3>
        <p>The first one comes with a push{listing.kind === 'space' ? '.' : ', or from a form.'}</p>
        {listing.kind !== 'space' && (
          <a class="button button-primary" href={listing.kind === 'dataset' ? '/new-dataset' : '/new'}>
            <Icon name="plus" /> New {noun}
          </a>
        )}
      </div>
    );
  }
  return (
    <div class="empty">
      <h3>Nothing matches</h3>
      <p>
        {listing.search ? `No ${noun} has “${listing.search}” in its name` : `No ${noun} has all of these`}
        {chips.length > 0 && listing.search ? ' and passes these filters' : ''}.
      </p>
      {looser && (
        <p>
          <a href={safeUrl(looser.href)}>{looser.label}</a> gives {plural(looser.total, noun)}.
        </p>
      )}
      <a class="button" href={listPaths[listing.kind]}>
        All {noun}s
      </a>
    </div>
  );
}

function titleOf({ listing, chips }: ModelListView): string {
  const what = listTitles[listing.kind];
  const terms = [...(listing.search ? [`“${listing.search}”`] : []), ...chips.slice(0, 3).map((chip) => chip.label)];
  const sort = listing.sort === defaultSort ? '' : ` · ${sortLabels[listing.sort].toLowerCase()}`;
  return terms.length === 0 ? what + sort : `${what}: ${terms.join(', ')}${sort}`;
}
