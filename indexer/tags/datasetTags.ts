import { textList } from '../card/values.js';
import { addArxiv, addLicenses, inCard, languageFacet, languagesOf, ownTagsOf, paperFacetOf } from './cardTags.js';
import { formatTags } from './dataFormats.js';
import { TagList } from './tagList.js';
import type { RevisionFacts, Tag, TagFacet } from './types.js';

/** Fields of a dataset card that become `field:value` tags (dataset card specification). */
const fields = [
  'task_categories',
  'task_ids',
  'size_categories',
  'annotations_creators',
  'language_creators',
  'multilinguality',
  'source_datasets',
] as const;

/** Tags of a dataset repository. Languages have a prefix here, unlike those of models. */
export function datasetTags(facts: RevisionFacts): readonly Tag[] {
  const { card } = facts;
  const list = new TagList();
  const metadata = card?.metadata ?? {};
  for (const field of fields) {
    for (const value of textList(metadata[field])) list.put(`${field}:${value}`, facetOf(field), inCard(field));
  }
  for (const code of languagesOf(metadata)) list.put(`language:${code}`, languageFacet(code), inCard('language'));
  for (const { name, facet, evidence } of formatTags(facts)) list.put(name, facet, evidence[0]!);
  addArxiv(list, card?.body ?? '');
  for (const tag of ownTagsOf(metadata)) list.put(tag, paperFacetOf(tag), inCard('tags'));
  addLicenses(list, metadata);
  return list.tags;
}

function facetOf(field: (typeof fields)[number]): TagFacet {
  return field === 'task_categories' || field === 'size_categories' ? field : 'other';
}
