import { z } from 'zod';
import type { RepoKind } from '../../../config/repo.js';
import type { ModelRow, SearchScope } from '../../../indexer/search/types.js';
import { hexId } from '../../hexId.js';
import type { Services } from '../../services.js';
import { notTaken } from '../frame/parameters.js';
import { properties, propertySchemas } from './properties.js';
import { factsOf, type RepoFacts } from './repoFacts.js';

/** A repository as lists and `GET /api/{repoType}/{id}` have it. Dates end in Z: Python's client reads no other offset. */
export const repoItem = z.strictObject({
  _id: z.string(),
  id: z.string(),
  ...propertySchemas,
});
export type RepoItem = z.output<typeof repoItem>;

/** Long, or seldom looked at in a list. */
const onlyAsked: readonly string[] = [
  ...['widgetData', 'safetensors', 'gguf', 'transformersInfo', 'inferenceProviderMapping', 'baseModels'],
  ...['usedStorage', 'mainSize', 'runtime', 'models', 'datasets'],
];

/** What lists tell unasked: all of it stands in the index. */
export const inLists: Readonly<Record<RepoKind, readonly string[]>> = byKind((kind, names) =>
  names.filter((name) => !properties[kind][name]!.costly && !onlyAsked.includes(name)),
);

/** What one repository tells unasked. */
export const inInfo: Readonly<Record<RepoKind, readonly string[]>> = byKind((_, names) =>
  names.filter((name) => name !== 'baseModels' && name !== 'childrenModelCount'),
);

function byKind(of: (kind: RepoKind, names: readonly string[]) => readonly string[]) {
  return {
    model: of('model', Object.keys(properties.model)),
    dataset: of('dataset', Object.keys(properties.dataset)),
    space: of('space', Object.keys(properties.space)),
  };
}

/** Names that `expand` asks for. @throws HubError BAD_REQUEST for one that repositories of this kind have not */
export function expandable(kind: RepoKind, names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !Object.hasOwn(properties[kind], name));
  if (unknown === undefined) return names;
  throw notTaken('expand', unknown, Object.keys(properties[kind]));
}

export function isCostly(kind: RepoKind, names: readonly string[]): boolean {
  return names.some((name) => properties[kind][name]!.costly);
}

/** These properties of a repository, without those that it has not. */
export async function repoItemOf(services: Services, facts: RepoFacts, names: readonly string[]): Promise<RepoItem> {
  const { kind } = facts.row.ref;
  const values: [string, unknown][] = [];
  for (const name of names) {
    const { costly, of } = properties[kind][name]!;
    const value = of(facts, services);
    values.push([name, costly ? await value : value]);
  }
  const known = values.filter(([, value]) => value !== undefined);
  // Each value is as its own row says; the compiler does not see that through names.
  return { _id: hexId('repo', facts.row), id: facts.id, ...Object.fromEntries(known) } as RepoItem;
}

/** What is known of a row of a list, at its head; null when it was removed meanwhile. */
export function factsOfRow(services: Services, indexed: ModelRow, scope: SearchScope): RepoFacts | null {
  const row = services.catalog.find(indexed.kind, indexed.owner, indexed.name);
  if (!row) return null;
  return factsOf(services, { row, indexed, commit: indexed.head, record: indexed.record, scope });
}
