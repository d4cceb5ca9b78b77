import type { RepoKind } from '../../config/repo.js';
import { isTask, taskMeant } from '../../config/tasks.js';
import { isCommonLanguage } from '../../config/vocabulary/languages.js';
import { isLibrary, libraryTag } from '../../config/vocabulary/libraries.js';
import type { FacetKey } from '../../views/listing.js';

/*
 * Which facet a value of an address is of, and how its canonical form is spelled.
 */

/** Facets whose values are looked for as tags, all of them, with the prefix that those carry: languages of models have none. */
export const tagPrefixes: Readonly<Record<RepoKind, readonly (readonly [FacetKey, string])[]>> = {
  model: [
    ['libraries', ''],
    ['languages', ''],
    ['datasets', 'dataset:'],
    ['metrics', 'metric:'],
    ['other', ''],
  ],
  dataset: [
    ['categories', 'task_categories:'],
    ['languages', 'language:'],
    ['sizes', 'size_categories:'],
    ['formats', 'format:'],
    ['other', ''],
  ],
  space: [
    ['languages', 'language:'],
    ['other', ''],
  ],
};

/** Where a parameter's values go, and the prefix that they may or (for `other`) must carry. */
export interface Place {
  readonly key: FacetKey;
  readonly prefix?: string;
}

export interface PlacedValue {
  readonly key: FacetKey;
  readonly value: string;
}

/** A value of a facet's own parameter; null for one that cannot be. */
export function placed({ key, prefix }: Place, text: string): PlacedValue | null {
  if (key === 'other') return { key, value: prefix && !text.startsWith(prefix) ? prefix + text : text };
  const bare = prefix && text.startsWith(prefix) ? text.slice(prefix.length) : text;
  const value = spellings[key]?.(bare) ?? bare;
  return value === '' || (key === 'inference' && value !== 'warm') ? null : { key, value };
}

const lowerCase = (text: string): string => text.toLowerCase();

const spellings: Readonly<Partial<Record<FacetKey, (text: string) => string | null>>> = {
  tasks: taskMeant,
  categories: taskMeant,
  libraries: libraryTag,
  languages: lowerCase,
  licenses: lowerCase,
  formats: lowerCase,
  inference: (text) => (text.toLowerCase() === 'loaded' ? 'warm' : text.toLowerCase()),
};

/** The old `filter=` takes any tag; where the panel has a place for it, it goes there. */
export function placeOfTag(kind: RepoKind, tag: string): PlacedValue {
  const prefixed = [...tagPrefixes[kind], ...withPrefix].find(([, start]) => start !== '' && tag.startsWith(start));
  const found = prefixed && placed({ key: prefixed[0], prefix: prefixed[1] }, tag);
  if (found) return found;
  const lower = tag.toLowerCase();
  if (kind === 'model') {
    if (isLibrary(lower)) return { key: 'libraries', value: lower };
    if (isTask(lower)) return { key: 'tasks', value: lower };
    if (isCommonLanguage(lower)) return { key: 'languages', value: lower };
  }
  return { key: 'other', value: tag };
}

/** What tags of both kinds may begin with, whether or not they are stored so. */
const withPrefix: readonly (readonly [FacetKey, string])[] = [
  ['languages', 'language:'],
  ['licenses', 'license:'],
];
