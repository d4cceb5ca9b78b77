import { HubError } from '../../config/errors.js';
import type { RepoKind } from '../../config/repo.js';
import { taskOf } from '../../config/tasks.js';
import { languageName } from '../../config/vocabulary/languages.js';
import { isLibrary } from '../../config/vocabulary/libraries.js';
import type { ModelQuery } from '../../indexer/search/types.js';
import { defaultSort, type FacetKey, type Listing, noFacets, type Sort } from '../../views/listing.js';

/*
 * Addresses of listings as links in the wild have them: comma lists and repeated keys, prefixes given or not, old names
 * of parameters and sorts. All are read; `listingUrl` writes the canonical form. Unknown parameters are ignored.
 */

/** Languages are tags without a prefix for models, and with one for datasets. */
const languagePrefix: Readonly<Record<RepoKind, string>> = { model: '', dataset: 'language:' };
const maxValues = 50;
const maxValueLength = 200;
const maxPage = 100_000;

type Place = { readonly key: FacetKey; readonly prefix?: string };

/** Parameter → facet, and the prefix that a value may or (for `other`) must carry. */
const parameters: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['pipeline_tag', { key: 'tasks' }],
  ['library', { key: 'libraries' }],
  ['language', { key: 'languages', prefix: 'language:' }],
  ['languages', { key: 'languages', prefix: 'language:' }],
  ['license', { key: 'licenses', prefix: 'license:' }],
  ['dataset', { key: 'datasets', prefix: 'dataset:' }],
  ['metric', { key: 'metrics', prefix: 'metric:' }],
  ['metrics', { key: 'metrics', prefix: 'metric:' }],
  ['other', { key: 'other' }],
  ['filter', { key: 'other' }],
]);

/** Facets that only dataset lists have; they live among the other tags with their prefix. */
const datasetParameters: ReadonlyMap<string, Place> = new Map(
  ['task_categories', 'task_ids', 'size_categories', 'format'].map((name): [string, Place] => [
    name,
    { key: 'other', prefix: `${name}:` },
  ]),
);

const sorts: ReadonlyMap<string, Sort> = new Map<string, Sort>([
  ['downloads', 'downloads'],
  ['trending', 'trending'],
  ['trendingScore', 'trending'],
  ['likes', 'likes'],
  ['likes7d', 'trending'],
  ['modified', 'modified'],
  ['updated', 'modified'],
  ['lastModified', 'modified'],
  ['created', 'created'],
  ['createdAt', 'created'],
  ['speed', 'speed'],
]);

/** Reads the address of a listing. Values that cannot be are ignored. @throws HubError BAD_REQUEST for an absurd page */
export function parseListing(kind: RepoKind, query: URLSearchParams): Listing {
  const facets = noFacets();
  for (const [name, text] of query) {
    const place = parameters.get(name) ?? (kind === 'dataset' ? datasetParameters.get(name) : undefined);
    if (!place) continue;
    for (const value of splitList(text)) {
      const { key, value: stored } = name === 'filter' ? placeOfTag(value) : placed(place, value);
      const list = facets[key];
      if (list.length < maxValues && !list.includes(stored)) list.push(stored);
    }
  }
  return {
    kind,
    search: query.getAll('search').join(' ').trim().replace(/\s+/g, ' ').slice(0, maxValueLength),
    author: (query.get('author') ?? '').trim().slice(0, maxValueLength),
    ...facets,
    maxMs: milliseconds(query.get('max_ms')),
    sort: sorts.get(query.get('sort') ?? '') ?? defaultSort,
    page: pageNumber(query.get('p')),
  };
}

interface QueryOptions extends Pick<ModelQuery, 'scope' | 'limit'> {
  readonly cursor?: string;
  readonly direction?: ModelQuery['direction'];
  readonly withFacets?: boolean;
}

/** The question to the search index. With a cursor, the page number does not count. */
export function toModelQuery(listing: Listing, options: QueryOptions): ModelQuery {
  return {
    kind: listing.kind,
    ...(listing.search && { search: listing.search }),
    ...(listing.author && { author: listing.author }),
    tags: [
      ...listing.libraries,
      ...listing.languages.map((code) => languagePrefix[listing.kind] + code),
      ...listing.datasets.map((id) => `dataset:${id}`),
      ...listing.metrics.map((id) => `metric:${id}`),
      ...listing.other,
    ],
    ...(listing.maxMs !== null && { maxMs: listing.maxMs }),
    tasks: listing.tasks,
    licenses: listing.licenses,
    sort: listing.sort,
    direction: options.direction ?? 'descending',
    limit: options.limit,
    ...(options.cursor === undefined ? { page: listing.page } : { cursor: options.cursor }),
    withFacets: options.withFacets ?? false,
    scope: options.scope,
  };
}

/** Address parameters straight to the question: what the API's listing takes. */
export function modelQueryFromUrl(kind: RepoKind, query: URLSearchParams, options: QueryOptions): ModelQuery {
  return toModelQuery(parseListing(kind, query), options);
}

/** @returns whether a link should be redirected to its canonical form: it says the same in other words */
export function isCanonical(query: URLSearchParams, canonical: URLSearchParams): boolean {
  const known = [...query].filter(([name]) => isKnown(name));
  return new URLSearchParams(known).toString() === canonical.toString();
}

function isKnown(name: string): boolean {
  return (
    parameters.has(name) || datasetParameters.has(name) || ['search', 'author', 'sort', 'p', 'max_ms'].includes(name)
  );
}

function milliseconds(text: string | null): number | null {
  const number = Number(text ?? Number.NaN);
  return number > 0 && number <= 1_000_000 ? number : null;
}

/** Values between commas; `\,` is a comma of the value itself. */
function splitList(text: string): string[] {
  return text
    .split(/(?<!\\),/)
    .map((value) => value.replaceAll('\\,', ',').trim())
    .filter((value) => value !== '' && value.length <= maxValueLength);
}

function placed({ key, prefix }: Place, value: string): { key: FacetKey; value: string } {
  if (key === 'other') return { key, value: prefix && !value.startsWith(prefix) ? prefix + value : value };
  if (key === 'tasks') return { key, value: taskOf(value) ?? value };
  const bare = prefix && value.startsWith(prefix) ? value.slice(prefix.length) : value;
  return { key, value: key === 'licenses' || key === 'languages' ? bare.toLowerCase() : bare };
}

/** The old `filter=` takes any tag; where the panel has a place for it, it goes there. All of these are AND-ed. */
function placeOfTag(tag: string): { key: FacetKey; value: string } {
  if (tag.startsWith('dataset:')) return { key: 'datasets', value: tag.slice('dataset:'.length) };
  if (tag.startsWith('language:')) return { key: 'languages', value: tag.slice('language:'.length) };
  if (tag.startsWith('metric:')) return { key: 'metrics', value: tag.slice('metric:'.length) };
  if (isLibrary(tag)) return { key: 'libraries', value: tag };
  if (languageName(tag) !== null) return { key: 'languages', value: tag };
  return { key: 'other', value: tag };
}

function pageNumber(text: string | null): number {
  if (text === null || !/^\d{1,9}$/.test(text)) return 0;
  const page = Number(text);
  if (page > maxPage) throw new HubError('BAD_REQUEST', { reason: `p is at most ${maxPage}` });
  return page;
}
