import { text } from '../card/values.js';
import { addArxiv, addLicenses, inCard, languageFacet, languagesOf, ownTagsOf } from './cardTags.js';
import { TagList } from './tagList.js';
import type { RevisionFacts, Tag } from './types.js';

/** Tags of a space: its SDK, then from the card what datasets have too. */
export function spaceTags({ card }: RevisionFacts): readonly Tag[] {
  const list = new TagList();
  const metadata = card?.metadata ?? {};
  const sdk = text(metadata.sdk);
  if (sdk) list.put(sdk, 'other', inCard('sdk'));
  for (const code of languagesOf(metadata)) list.put(`language:${code}`, languageFacet(code), inCard('language'));
  addArxiv(list, card?.body ?? '');
  for (const tag of ownTagsOf(metadata)) list.put(tag, 'other', inCard('tags'));
  addLicenses(list, metadata);
  return list.tags;
}
