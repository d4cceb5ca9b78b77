import { isTask } from '../../config/tasks.js';
import { languageName } from '../../config/vocabulary/languages.js';
import { isLibrary } from '../../config/vocabulary/libraries.js';
import { readCarbon } from '../card/carbon.js';
import { readModelIndex } from '../card/modelIndex.js';
import { textList } from '../card/values.js';
import { arxivId, arxivIds } from './cardText.js';
import type { FoundLibrary } from './libraries.js';
import type { TagList } from './tagList.js';
import type { BaseModel, RevisionFacts, TagEvidence, TagFacet } from './types.js';

const maxOwnTags = 200;
const maxTagCharacters = 100;

type Metadata = Readonly<Record<string, unknown>>;

/** Evidence of a field in the card. */
export function inCard(key: string): TagEvidence {
  return { rule: 'card', file: 'README.md', key };
}

/** Language codes, lower case. `languages:` is an older spelling. */
export function languagesOf(metadata: Metadata): readonly string[] {
  return textList([...textList(metadata.language), ...textList(metadata.languages)].map((code) => code.toLowerCase()));
}

/** What is no ISO 639 code stays a tag, but not one of the language filter. */
export function languageFacet(code: string): TagFacet {
  return languageName(code) ? 'language' : 'other';
}

/** Licence ids, lower case, since they are compared without case. */
export function licensesOf(metadata: Metadata): readonly string[] {
  return textList(textList(metadata.license).map((id) => id.toLowerCase()));
}

/** The card's tags as the author wrote them, cut where they are too long or too many. */
export function ownTagsOf(metadata: Metadata): readonly string[] {
  return textList(textList(metadata.tags).map((tag) => spelled(tag.slice(0, maxTagCharacters)))).slice(0, maxOwnTags);
}

/** A paper has one tag, whether people write `arXiv:2103.00020`, `arxiv: 2103.00020` or name a version of it. */
function spelled(tag: string): string {
  const id = paperTag.exec(tag)?.[1];
  return id ? `arxiv:${id}` : tag.replace(/^(arxiv|doi):\s*/i, (prefix) => prefix.trim().toLowerCase());
}

const paperTag = new RegExp(`^arxiv:\\s*(${arxivId})(?:v\\d+)?$`, 'i');

/**
 * Tags of a model's card: languages, `dataset:`, `metric:`, `arxiv:`, library, own tags in card order, markers,
 * `base_model:`, and `license:` last, also when the author listed one among the own tags.
 */
export function addCardTags(
  list: TagList,
  { card }: RevisionFacts,
  library: FoundLibrary | null,
  baseModels: readonly BaseModel[],
): void {
  const metadata = card?.metadata ?? {};
  const codes = languagesOf(metadata);
  // A prefix would make it a tag of another field, out of its place.
  for (const code of codes.filter((text) => !text.includes(':')))
    list.put(code, languageFacet(code), inCard('language'));
  for (const id of textList(metadata.datasets)) list.put(`dataset:${id}`, 'dataset', inCard('datasets'));
  for (const id of textList(metadata.metrics)) list.put(`metric:${id}`, 'metric', inCard('metrics'));
  addArxiv(list, card?.body ?? '');
  if (library) list.put(library.name, 'library', library.evidence);
  const own = ownTagsOf(metadata);
  for (const tag of own.filter((tag) => !standsLater(tag))) list.put(tag, facetOf(tag), inCard('tags'));
  if (readModelIndex(metadata['model-index']).length > 0) list.put('model-index', 'other', inCard('model-index'));
  if (readCarbon(metadata.co2_eq_emissions) !== null) list.put('co2_eq_emissions', 'other', inCard('co2_eq_emissions'));
  for (const { id } of baseModels) list.put(`base_model:${id}`, 'base_model', inCard('base_model'));
  for (const { id, relation } of baseModels) {
    if (relation) list.put(`base_model:${relation}:${id}`, 'base_model', inCard('base_model'));
  }
  for (const tag of own.filter(standsLater)) list.put(tag, facetOf(tag), inCard('tags'));
  addLicenses(list, metadata);
}

export function addArxiv(list: TagList, body: string): void {
  for (const id of arxivIds(body)) list.put(`arxiv:${id}`, 'arxiv', { rule: 'link', file: 'README.md' });
}

export function addLicenses(list: TagList, metadata: Metadata): void {
  for (const id of licensesOf(metadata)) list.put(`license:${id}`, 'license', inCard('license'));
}

function standsLater(tag: string): boolean {
  return /^license:./.test(tag);
}

/** The filter that an own tag of a dataset belongs to. */
export function paperFacetOf(tag: string): TagFacet {
  const facet = facetOf(tag);
  return facet === 'arxiv' || facet === 'doi' ? facet : 'other';
}

/** The filter that an author's own tag belongs to: a library pushes `arxiv:…` or a task among the tags as well. */
function facetOf(tag: string): TagFacet {
  if (isTask(tag)) return 'task';
  if (isLibrary(tag)) return 'library';
  const prefix = /^(dataset|license|arxiv|doi|base_model|pipeline|metric):./.exec(tag)?.[1];
  return (prefix as TagFacet | undefined) ?? 'other';
}
