import { modalities, modalityOrder, taskRow } from '../../config/tasks.js';
import type { FacetCount, ModelPage } from '../../indexer/search/types.js';
import type { Facet, FacetValue } from '../../views/components/facetGroup.js';
import { facetHint, facetLabel, monogramOf, taskIcon } from '../../views/labels.js';
import {
  escapeComma,
  type FacetKey,
  facetKeys,
  facetParameters,
  type Listing,
  listingUrl,
} from '../../views/listing.js';
import type { Chip } from '../../views/pages/modelList.js';

/** Facets in the order of the panel: title, the index's own name of it, and the prefix its values may carry there. */
const panel: readonly {
  readonly key: FacetKey;
  readonly legend: string;
  readonly chip: string;
  readonly facet: string;
  readonly prefix?: string;
}[] = [
  { key: 'tasks', legend: 'Tasks', chip: 'Task', facet: 'task' },
  { key: 'libraries', legend: 'Libraries', chip: 'Library', facet: 'library' },
  { key: 'datasets', legend: 'Datasets', chip: 'Dataset', facet: 'dataset', prefix: 'dataset:' },
  { key: 'languages', legend: 'Languages', chip: 'Language', facet: 'language', prefix: 'language:' },
  { key: 'licenses', legend: 'Licences', chip: 'Licence', facet: 'license', prefix: 'license:' },
  { key: 'metrics', legend: 'Metrics', chip: 'Metric', facet: 'metric', prefix: 'metric:' },
  { key: 'other', legend: 'Other', chip: 'Tag', facet: 'other' },
];

const mostValues = 150;

/** The filter panel: what the index counted, and whatever is selected even where it counts nothing. */
export function facetsOf(listing: Listing, counted: ModelPage['facets']): readonly Facet[] {
  return panel
    .map(({ key, legend, facet, prefix = '' }) => {
      const counts = (counted[facet] ?? []).map((count) => withoutPrefix(count, prefix));
      const values = valuesOf(key, listing[key], counts);
      const parts = key === 'tasks' ? byModality(values) : [{ heading: null, values }];
      return { parameter: facetParameters[key], legend, parts };
    })
    .filter(({ parts }) => parts.some((part) => part.values.length > 0));
}

function withoutPrefix({ value, count }: FacetCount, prefix: string): FacetCount {
  return { value: prefix && value.startsWith(prefix) ? value.slice(prefix.length) : value, count };
}

function valuesOf(key: FacetKey, selected: readonly string[], counts: readonly FacetCount[]): FacetValue[] {
  const counted = new Set(counts.map(({ value }) => value));
  const missing = selected.filter((value) => !counted.has(value)).map((value) => ({ value, count: null }));
  return [...missing, ...counts]
    .filter(
      ({ value, count }) =>
        (count !== 0 || selected.includes(value)) &&
        !(key === 'tasks' && taskRow(value)?.hidden && !selected.includes(value)),
    )
    .slice(0, mostValues)
    .map(({ value, count }) => ({
      value: escapeComma(value),
      label: facetLabel(key, value),
      hint: facetHint(key, value),
      icon: key === 'tasks' ? taskIcon(value) : null,
      monogram: key === 'libraries' ? monogramOf(value) : null,
      count,
      checked: selected.includes(value),
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
  const chips = facetKeys.flatMap((key) => {
    const { chip } = panel.find((entry) => entry.key === key)!;
    return listing[key].map((value) => ({
      label: `${chip}: ${facetLabel(key, value)}`,
      href: listingUrl({ ...listing, [key]: listing[key].filter((other) => other !== value), page: 0 }),
    }));
  });
  const speed =
    listing.maxMs === null
      ? []
      : [{ label: `Answers within ${listing.maxMs} ms`, href: listingUrl({ ...listing, maxMs: null, page: 0 }) }];
  return [...author, ...chips, ...speed];
}

/** Each query that asks one thing less, with the words for its link. */
export function looserListings(listing: Listing): readonly { readonly label: string; readonly listing: Listing }[] {
  const less: { label: string; listing: Listing }[] = [];
  if (listing.search) less.push({ label: `Without “${listing.search}”`, listing: { ...listing, search: '', page: 0 } });
  if (listing.author)
    less.push({ label: `Without the owner ${listing.author}`, listing: { ...listing, author: '', page: 0 } });
  for (const key of facetKeys) {
    for (const value of listing[key]) {
      const rest = listing[key].filter((other) => other !== value);
      less.push({ label: `Without ${facetLabel(key, value)}`, listing: { ...listing, [key]: rest, page: 0 } });
    }
  }
  return less;
}
