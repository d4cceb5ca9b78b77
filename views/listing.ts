import type { RepoKind } from '../config/repo.js';

export type Sort = 'downloads' | 'trending' | 'likes' | 'modified' | 'created' | 'speed';

export interface ParameterRange {
  readonly least: number;
  /** null = no limit. */
  readonly most: number | null;
}

/** What a listing address asks, in the page's own words: one list a facet. */
export interface Listing {
  readonly kind: RepoKind;
  readonly search: string;
  readonly author: string;
  /** One of them. */
  readonly tasks: readonly string[];
  /** All of them; also the lists below, except licences. */
  readonly libraries: readonly string[];
  readonly languages: readonly string[];
  /** One of them; ids without prefix. */
  readonly licenses: readonly string[];
  /** Ids without prefix. */
  readonly datasets: readonly string[];
  /** Named or reported; ids without prefix. */
  readonly metrics: readonly string[];
  /** Of datasets only, ids without prefix: tasks that the data is for, sizes, formats of its files. */
  readonly categories: readonly string[];
  readonly sizes: readonly string[];
  readonly formats: readonly string[];
  /** Any other tag, as stored. */
  readonly other: readonly string[];
  /** `warm`: only models that answer here now. */
  readonly inference: readonly string[];
  /** Measured here, and answers within so many milliseconds; null = any. */
  readonly maxMs: number | null;
  /** How many parameters a model has, at least and at most; null = any. */
  readonly parameters: ParameterRange | null;
  readonly sort: Sort;
  /** 0-based. */
  readonly page: number;
}

export type FacetKey =
  | 'tasks'
  | 'libraries'
  | 'categories'
  | 'languages'
  | 'licenses'
  | 'sizes'
  | 'formats'
  | 'datasets'
  | 'metrics'
  | 'other'
  | 'inference';

/** The address's name of each facet, in the order that canonical addresses have. */
export const facetParameters: Readonly<Record<FacetKey, string>> = {
  tasks: 'pipeline_tag',
  libraries: 'library',
  categories: 'task_categories',
  languages: 'language',
  licenses: 'license',
  sizes: 'size_categories',
  formats: 'format',
  datasets: 'dataset',
  metrics: 'metric',
  other: 'other',
  inference: 'inference',
};

/** Which facets each list has, in that order. */
export const facetKeys: Readonly<Record<RepoKind, readonly FacetKey[]>> = {
  model: ['tasks', 'libraries', 'languages', 'licenses', 'datasets', 'metrics', 'other', 'inference'],
  dataset: ['categories', 'languages', 'licenses', 'sizes', 'formats', 'other'],
  space: ['languages', 'licenses', 'other'],
};

/** Where each list is. */
export const listPaths: Readonly<Record<RepoKind, string>> = {
  model: '/models',
  dataset: '/datasets',
  space: '/spaces',
};

export const listTitles: Readonly<Record<RepoKind, string>> = { model: 'Models', dataset: 'Datasets', space: 'Spaces' };

export const defaultSort: Sort = 'downloads';

/** Nothing chosen in any facet; the lists are the caller's to fill. */
export function noFacets(): Record<FacetKey, string[]> {
  return {
    tasks: [],
    libraries: [],
    categories: [],
    languages: [],
    licenses: [],
    sizes: [],
    formats: [],
    datasets: [],
    metrics: [],
    other: [],
    inference: [],
  };
}

export function emptyListing(kind: RepoKind): Listing {
  return {
    kind,
    search: '',
    author: '',
    ...noFacets(),
    maxMs: null,
    parameters: null,
    sort: defaultSort,
    page: 0,
  };
}

/** The canonical address: comma lists, prefixes stripped, keys in table order, defaults dropped. */
export function listingUrl(listing: Listing): string {
  const parameters: string[] = [];
  const add = (name: string, value: string): void => {
    if (value !== '') parameters.push(`${name}=${encode(value)}`);
  };
  add('search', listing.search);
  add('author', listing.author);
  for (const key of facetKeys[listing.kind]) add(facetParameters[key], listing[key].map(escapeComma).join(','));
  if (listing.parameters) add('num_parameters', rangeText(listing.parameters));
  if (listing.maxMs !== null) add('max_ms', String(listing.maxMs));
  if (listing.sort !== defaultSort) add('sort', listing.sort);
  if (listing.page > 0) add('p', String(listing.page));
  const path = listPaths[listing.kind];
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}

/** As addresses have it: `min:1M,max:3B`. */
export function rangeText({ least, most }: ParameterRange): string {
  return [
    ...(least > 0 ? [`min:${shortNumber(least)}`] : []),
    ...(most === null ? [] : [`max:${shortNumber(most)}`]),
  ].join(',');
}

/** 3000000000 → `3B`; only where nothing is lost. */
function shortNumber(value: number): string {
  const units = { T: 1e12, B: 1e9, M: 1e6, K: 1e3 };
  const [unit, size] = Object.entries(units).find(([, size]) => value >= size && (value * 1000) % size === 0) ?? [
    '',
    1,
  ];
  return `${value / size}${unit}`;
}

/** Address of the list of everything that carries one value. */
export function facetHref(kind: RepoKind, key: FacetKey, value: string): string {
  return listingUrl({ ...emptyListing(kind), [key]: [value] });
}

/** A comma inside a value is written `\,`, since a bare one separates values. */
export function escapeComma(value: string): string {
  return value.replaceAll(',', '\\,');
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/%(3A|2F|2C)/g, (code) => decodeURIComponent(code));
}
