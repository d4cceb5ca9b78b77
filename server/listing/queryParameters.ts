import { splitCommas } from '../../config/commaList.js';
import { HubError } from '../../config/errors.js';
import type { RepoKind } from '../../config/repo.js';
import type { ModelQuery } from '../../indexer/search/types.js';
import {
  defaultSort,
  type FacetKey,
  type Listing,
  noFacets,
  type ParameterRange,
  type Sort,
} from '../../views/listing.js';
import { type Place, type PlacedValue, placed, placeOfTag, tagPrefixes } from './placeOfValue.js';

/*
 * Addresses of listings as links in the wild have them: comma lists and repeated keys, prefixes given or not, old names
 * of parameters and sorts. All are read; `listingUrl` writes the canonical form. Unknown parameters are ignored.
 */

const maxValues = 50;
const maxValueLength = 200;
const maxPage = 100_000;

const ofAll: readonly (readonly [string, Place])[] = [
  ['language', { key: 'languages', prefix: 'language:' }],
  ['languages', { key: 'languages', prefix: 'language:' }],
  ['license', { key: 'licenses', prefix: 'license:' }],
  ['other', { key: 'other' }],
];

const modelParameters: ReadonlyMap<string, Place> = new Map<string, Place>([
  ...ofAll,
  ['pipeline_tag', { key: 'tasks' }],
  ['library', { key: 'libraries', prefix: 'library:' }],
  ['dataset', { key: 'datasets', prefix: 'dataset:' }],
  ['metric', { key: 'metrics', prefix: 'metric:' }],
  ['metrics', { key: 'metrics', prefix: 'metric:' }],
  ['inference', { key: 'inference' }],
]);

const datasetParameters: ReadonlyMap<string, Place> = new Map<string, Place>([
  ...ofAll,
  ['task_categories', { key: 'categories', prefix: 'task_categories:' }],
  // A task is one whether models or data are for it.
  ['pipeline_tag', { key: 'categories', prefix: 'task_categories:' }],
  ['size_categories', { key: 'sizes', prefix: 'size_categories:' }],
  ['format', { key: 'formats', prefix: 'format:' }],
  // Fields of a card that have no facet live among the other tags with their prefix.
  ...['task_ids', 'annotations_creators', 'language_creators', 'multilinguality', 'source_datasets'].map(
    (name): [string, Place] => [name, { key: 'other', prefix: `${name}:` }],
  ),
]);

const parametersOf: Readonly<Record<RepoKind, ReadonlyMap<string, Place>>> = {
  model: modelParameters,
  dataset: datasetParameters,
  space: new Map(ofAll),
};

/** The facets that a list can be asked for by name. */
export function facetParameters(kind: RepoKind): readonly string[] {
  return [...parametersOf[kind].keys()];
}

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

/** What the API takes beside the orders of pages. */
const apiSorts: ReadonlyMap<string, ModelQuery['sort']> = new Map<string, ModelQuery['sort']>([
  ...sorts,
  ['likes30d', 'trending'],
  ['num_parameters', 'parameters'],
  ['mainSize', 'size'],
  // Ids of the Hub count up.
  ['id', 'created'],
]);
export const apiSortNames: readonly string[] = [...apiSorts.keys()];

/** Whether `filter=` is put where the panel has it, or asks for tags alone: a model may have that of a task which is not its own. */
type FiltersAre = 'placed' | 'tags';

/** Reads the address of a listing. Values that cannot be are ignored. @throws HubError BAD_REQUEST for an absurd page */
export function parseListing(kind: RepoKind, query: URLSearchParams, filtersAre: FiltersAre = 'placed'): Listing {
  return {
    kind,
    search: plainText(query.getAll('search').join(' ')).slice(0, maxValueLength).trim(),
    author: plainText(query.get('author') ?? '').slice(0, maxValueLength),
    ...chosen(kind, query, filtersAre),
    maxMs: milliseconds(query.get('max_ms')),
    parameters: kind === 'model' ? parameterRange(query.get('num_parameters')) : null,
    sort: sorts.get(query.get('sort') ?? '') ?? defaultSort,
    page: pageNumber(query.get('p')),
  };
}

/** The values of each facet, in the order of the address. */
function chosen(kind: RepoKind, query: URLSearchParams, filtersAre: FiltersAre): Record<FacetKey, string[]> {
  const facets = noFacets();
  const add = ({ key, value }: PlacedValue): void => {
    const isThere = facets[key].some((other) => other.toLowerCase() === value.toLowerCase());
    if (facets[key].length < maxValues && !isThere) facets[key].push(value);
  };
  for (const [name, text] of query) {
    const place = parametersOf[kind].get(name);
    if (!place) continue;
    for (const value of splitList(text)) {
      const found = placed(place, value);
      if (found) add(found);
    }
  }
  const filters = query.getAll('filter').flatMap((text) => splitList(text).map((tag) => placeOfTag(kind, tag)));
  for (const place of filters) {
    const prefix = place.key === 'licenses' ? 'license:' : '';
    // All values of `filter=` must be there, one of two licences is enough: beside another they stay tags.
    const isTag = anyOf.includes(place.key) && (filtersAre === 'tags' || hasOther(facets, filters, place));
    add(isTag ? { key: 'other', value: prefix + place.value } : place);
  }
  return facets;
}

/** Facets of which one value is enough. */
const anyOf: readonly FacetKey[] = ['tasks', 'licenses'];

function hasOther(
  facets: Readonly<Record<FacetKey, readonly string[]>>,
  filters: readonly PlacedValue[],
  { key, value }: PlacedValue,
): boolean {
  const ofFilters = filters.filter((place) => place.key === key).map((place) => place.value);
  return [...facets[key], ...ofFilters].some((other) => other !== value);
}

interface QueryOptions extends Pick<ModelQuery, 'scope' | 'limit' | 'gated' | 'anyTags' | 'ready' | 'runsFor'> {
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
    tags: tagPrefixes[listing.kind].flatMap(([key, prefix]) => listing[key].map((value) => prefix + value)),
    ...(listing.maxMs !== null && { maxMs: listing.maxMs }),
    ...(listing.parameters && {
      parameters: { least: listing.parameters.least, most: listing.parameters.most ?? Number.MAX_SAFE_INTEGER },
    }),
    tasks: listing.tasks,
    licenses: listing.licenses,
    sort: listing.sort,
    direction: options.direction ?? 'descending',
    limit: options.limit,
    ...(options.cursor === undefined ? { page: listing.page } : { cursor: options.cursor }),
    withFacets: options.withFacets ?? false,
    ...((options.ready || listing.inference.length > 0) && { ready: true }),
    ...(options.runsFor && { runsFor: options.runsFor }),
    ...(options.gated !== undefined && { gated: options.gated }),
    ...(options.anyTags && { anyTags: options.anyTags }),
    scope: options.scope,
  };
}

/** Address parameters straight to the question: what the API's listing takes. */
export function modelQueryFromUrl(kind: RepoKind, query: URLSearchParams, options: QueryOptions): ModelQuery {
  const asked = toModelQuery(parseListing(kind, query, 'tags'), options);
  return { ...asked, sort: apiSorts.get(query.get('sort') ?? '') ?? defaultSort };
}

/** @returns whether a link should be redirected to its canonical form: it says the same in other words */
export function isCanonical(kind: RepoKind, query: URLSearchParams, canonical: URLSearchParams): boolean {
  const known = [...query].filter(([name]) => isKnown(kind, name));
  return new URLSearchParams(known).toString() === canonical.toString();
}

function isKnown(kind: RepoKind, name: string): boolean {
  return (
    parametersOf[kind].has(name) ||
    ['filter', 'search', 'author', 'sort', 'p', 'max_ms', 'num_parameters'].includes(name)
  );
}

function milliseconds(text: string | null): number | null {
  const number = Number(text ?? Number.NaN);
  return number > 0 && number <= 1_000_000 ? number : null;
}

const units: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

const bound = '(min|max):\\d{1,15}(\\.\\d{1,3})?[KMBTkmbt]?';

/** What `num_parameters` may be, for who refuses the rest. */
export const parameterRangeForm = new RegExp(`^${bound}(,${bound})?$`);

/** `min:0,max:3B`, one of them or both, in any order; what is no number is ignored. */
function parameterRange(text: string | null): ParameterRange | null {
  const bound = (name: string): number | null => {
    const found = new RegExp(`(?:^|,)\\s*${name}:(\\d{1,15}(?:\\.\\d{1,3})?)([KMBT]?)(?=,|$)`, 'i').exec(text ?? '');
    const value = found ? Math.round(Number(found[1]) * (units[found[2]!.toUpperCase()] ?? 1)) : null;
    return value === null || value > Number.MAX_SAFE_INTEGER ? null : value;
  };
  const [least, most] = [bound('min') ?? 0, bound('max')];
  return least > 0 || most !== null ? { least, most } : null;
}

/** Without control characters, which no name and no tag has; blanks are one. */
function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
    .replace(/\s+/g, ' ');
}

function splitList(text: string): string[] {
  return splitCommas(text)
    .map(plainText)
    .filter((value) => value !== '' && value.length <= maxValueLength);
}

function pageNumber(text: string | null): number {
  if (text === null || !/^\d{1,9}$/.test(text)) return 0;
  const page = Number(text);
  if (page > maxPage) throw new HubError('BAD_REQUEST', { reason: `p is at most ${maxPage}` });
  return page;
}
