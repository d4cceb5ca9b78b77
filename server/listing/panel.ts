import type { RepoKind } from '../../config/repo.js';
import { modalities, modalityOrder, taskRow } from '../../config/tasks.js';
import type { FacetCount, ModelPage } from '../../indexer/search/types.js';
import type { Facet, FacetValue } from '../../views/components/facetGroup.js';
import { formatParameters } from '../../views/format.js';
import { facetHint, facetLabel, monogramOf, taskIcon } from '../../views/labels.js';
import {
  escapeComma,
  type FacetKey,
  facetKeys,
  facetParameters,
  type Listing,
  listingUrl,
  type ParameterRange,
} from '../../views/listing.js';
import type { Chip } from '../../views/pages/modelList.js';

interface PanelRow {
  readonly legend: string;
  /** What a chip calls one value of it. */
  readonly chip: string;
  /** The index's own name of it. */
  readonly facet: string;
  /** What its values may begin with there. */
  readonly prefix?: string;
}

export const panelRows: Readonly<Record<FacetKey, PanelRow>> = {
  tasks: { legend: 'Tasks', chip: 'Task', facet: 'task' },
  categories: { legend: 'Tasks', chip: 'Task', facet: 'task_categories', prefix: 'task_categories:' },
  libraries: { legend: 'Libraries', chip: 'Library', facet: 'library' },
  datasets: { legend: 'Datasets', chip: 'Dataset', facet: 'dataset', prefix: 'dataset:' },
  languages: { legend: 'Languages', chip: 'Language', facet: 'language', prefix: 'language:' },
  licenses: { legend: 'Licences', chip: 'Licence', facet: 'license', prefix: 'license:' },
  sizes: { legend: 'Size', chip: 'Size', facet: 'size_categories', prefix: 'size_categories:' },
  formats: { legend: 'Format', chip: 'Format', facet: 'format', prefix: 'format:' },
  metrics: { legend: 'Metrics', chip: 'Metric', facet: 'metric', prefix: 'metric:' },
  inference: { legend: 'Inference', chip: 'Inference', facet: 'inference' },
  other: { legend: 'Other', chip: 'Tag', facet: 'other' },
};

/** Facets from top to bottom. */
const panel: Readonly<Record<RepoKind, readonly FacetKey[]>> = {
  model: ['tasks', 'libraries', 'datasets', 'languages', 'licenses', 'metrics', 'inference', 'other'],
  dataset: ['categories', 'languages', 'licenses', 'sizes', 'formats', 'other'],
  space: ['languages', 'licenses', 'other'],
};

/** Of a facet, unless all its values are asked for; tasks have fewer than a page holds. */
const mostValues = 20;
/** An address parameter that names the facet of which all values are shown. */
export const allParameter = 'all';

/**
 * The filter panel: what the index counted, and whatever is selected even where it counts nothing.
 * @param all parameter of the facet that is shown whole
 */
export function facetsOf(listing: Listing, counted: ModelPage['facets'], all: string | null = null): readonly Facet[] {
  return panel[listing.kind]
    .map((key) => {
      const { legend, facet, prefix = '' } = panelRows[key];
      const counts = (counted[facet] ?? []).map((count) => withoutPrefix(count, prefix));
      const parameter = facetParameters[key];
      const isWhole = parameter === all;
      const limit = isWhole || isTasks(key) ? counts.length : mostValues;
      const shown = counts.filter(({ value }, place) => place < limit || holds(listing[key], value));
      const values = valuesOf(key, listing[key], shown);
      const parts = isTasks(key) ? byModality(values) : [{ heading: null, values }];
      const more = counts.length > limit ? { count: counts.length, href: withAll(listing, parameter) } : null;
      return { parameter, legend, parts, more, isWhole };
    })
    .filter(({ parts }) => parts.some((part) => part.values.length > 0));
}

function withAll(listing: Listing, parameter: string): string {
  const address = listingUrl(listing);
  return `${address}${address.includes('?') ? '&' : '?'}${allParameter}=${parameter}`;
}

function isTasks(key: FacetKey): boolean {
  return key === 'tasks' || key === 'categories';
}

function withoutPrefix({ value, count }: FacetCount, prefix: string): FacetCount {
  return { value: prefix && value.startsWith(prefix) ? value.slice(prefix.length) : value, count };
}

/** Tags are the same in any case. */
function holds(values: readonly string[], value: string): boolean {
  return values.some((other) => other.toLowerCase() === value.toLowerCase());
}

function valuesOf(key: FacetKey, selected: readonly string[], counts: readonly FacetCount[]): FacetValue[] {
  const counted = counts.map(({ value }) => value);
  const missing = selected.filter((value) => !holds(counted, value)).map((value) => ({ value, count: null }));
  return [...missing, ...counts]
    .filter(
      ({ value, count }) => holds(selected, value) || (count !== 0 && !(key === 'tasks' && taskRow(value)?.hidden)),
    )
    .map(({ value, count }) => ({
      value: escapeComma(value),
      label: facetLabel(key, value),
      hint: facetHint(key, value),
      icon: isTasks(key) ? taskIcon(value) : null,
      monogram: key === 'libraries' ? monogramOf(value) : null,
      count,
      checked: holds(selected, value),
    }));
}

function byModality(values: readonly FacetValue[]): Facet['parts'] {
  return modalityOrder
    .map((modality) => ({
      heading: modalities[modality],
      values: values.filter(({ value }) => (taskRow(value)?.modality ?? 'other') === modality),
    }))
    .filter((part) => part.values.length > 0);
}

/** One chip for each value of the address; its link leaves the value out. */
export function chipsOf(listing: Listing): readonly Chip[] {
  const author: Chip[] = listing.author
    ? [{ label: `Owner: ${listing.author}`, href: listingUrl({ ...listing, author: '', page: 0 }) }]
    : [];
  const chips = facetKeys[listing.kind].flatMap((key) => {
    const { chip } = panelRows[key];
    return listing[key].map((value) => ({
      label: `${chip}: ${facetLabel(key, value)}`,
      href: listingUrl({ ...listing, [key]: listing[key].filter((other) => other !== value), page: 0 }),
    }));
  });
  const speed =
    listing.maxMs === null
      ? []
      : [{ label: `Answers within ${listing.maxMs} ms`, href: listingUrl({ ...listing, maxMs: null, page: 0 }) }];
  const size =
    listing.parameters === null
      ? []
      : [
          {
            label: `Parameters: ${inWords(listing.parameters)}`,
            href: listingUrl({ ...listing, parameters: null, page: 0 }),
          },
        ];
  return [...author, ...chips, ...speed, ...size];
}

function inWords({ least, most }: ParameterRange): string {
  if (most === null) return `at least ${formatParameters(least)}`;
  return least === 0 ? `at most ${formatParameters(most)}` : `${formatParameters(least)} to ${formatParameters(most)}`;
}

export interface LooserListing {
  /** What it leaves out, as the words of a link go on: `without French`. */
  readonly label: string;
  readonly listing: Listing;
}

/** Each query that asks one thing less. */
export function looserListings(listing: Listing): readonly LooserListing[] {
  const less: LooserListing[] = [];
  if (listing.search) less.push({ label: `without “${listing.search}”`, listing: { ...listing, search: '', page: 0 } });
  if (listing.author)
    less.push({ label: `without the owner ${listing.author}`, listing: { ...listing, author: '', page: 0 } });
  if (listing.parameters) less.push({ label: 'of any size', listing: { ...listing, parameters: null, page: 0 } });
  for (const key of facetKeys[listing.kind]) {
    for (const value of listing[key]) {
      const rest = listing[key].filter((other) => other !== value);
      const label = key === 'inference' ? 'whether their widget is ready or not' : `without ${facetLabel(key, value)}`;
      less.push({ label, listing: { ...listing, [key]: rest, page: 0 } });
    }
  }
  return less;
}
