import type { RepoKind } from '../../../config/repo.js';
import type { ModelRecord, Tag, TagFacet } from '../../../indexer/tags/types.js';
import { facetLabel, taskCategory, taskIcon } from '../../../views/labels.js';
import { type FacetKey, facetHref } from '../../../views/listing.js';
import type { TagChip } from '../../../views/pages/model/tagRow.js';

const facetKeys: Readonly<Record<string, FacetKey>> = {
  task: 'tasks',
  library: 'libraries',
  language: 'languages',
  license: 'licenses',
  dataset: 'datasets',
  metric: 'metrics',
  task_categories: 'categories',
  size_categories: 'sizes',
  format: 'formats',
};
/** Values of these facets stand in an address without the prefix that the tag has (a model's language has none). */
const prefixes: Partial<Readonly<Record<FacetKey, RegExp>>> = {
  languages: /^language:/,
  licenses: /^license:/,
  datasets: /^dataset:/,
  metrics: /^metric:/,
  categories: /^task_categories:/,
  sizes: /^size_categories:/,
  formats: /^format:/,
};

/** The order of pages.md §3.1; within one rank tags stand as they are stored, which is the order of the card. */
const ranks: Partial<Readonly<Record<TagFacet, number>>> = {
  task: 0,
  task_categories: 0,
  library: 1,
  dataset: 2,
  language: 3,
  size_categories: 5,
  format: 5,
  pipeline: 7,
  // The column beside the card tells these better.
  base_model: 8,
  arxiv: 9,
  doi: 9,
  license: 11,
};
const modelTypeRank = 4;
const otherRank = 6;
const flagRank = 10;

/** Tags that say what a repository has, in words. */
const flags: ReadonlyMap<string, string> = new Map([
  ['model-index', 'Eval results'],
  ['custom_code', 'Custom code'],
  ['co2_eq_emissions', 'Carbon emissions'],
]);

/** The tags of a repository in the order of its page: what it is for first, the licence last. */
export function tagRow(kind: RepoKind, record: ModelRecord): readonly TagChip[] {
  return [...record.tags].sort((a, b) => rankOf(a, record) - rankOf(b, record)).map((tag) => chipOf(kind, tag, record));
}

function rankOf({ name, facet }: Tag, { pipelineTag, modelType }: ModelRecord): number {
  if (facet === 'task' && name !== pipelineTag) return otherRank;
  if (facet === 'other' && flags.has(name)) return flagRank;
  if (facet === 'other' && name === modelType) return modelTypeRank;
  return ranks[facet] ?? otherRank;
}

function chipOf(kind: RepoKind, { name, facet }: Tag, { pipelineTag }: ModelRecord): TagChip {
  const key = facetKeys[facet] ?? 'other';
  const value = name.replace(prefixes[key] ?? '', '');
  const isSecondTask = key === 'tasks' && name !== pipelineTag;
  const isTask = key === 'tasks' || key === 'categories';
  return {
    text: (key === 'other' ? flags.get(name) : undefined) ?? facetLabel(key, value),
    // A list by task holds models of that task alone; what is tagged with another as well is among the other tags.
    href: isSecondTask ? facetHref(kind, 'other', name) : facetHref(kind, key, value),
    isLicense: facet === 'license',
    ...(isTask ? { icon: taskIcon(value), category: taskCategory(value) } : {}),
  };
}
