import { repoKey } from '../../config/repo.js';
import type { ModelRow } from '../../indexer/search/types.js';
import type { Services } from '../services.js';

/** Why rows were taken down, by repoKey. Lists show such repositories to those alone who could see them otherwise. */
export function takenDown(
  { catalog }: Pick<Services, 'catalog'>,
  rows: readonly ModelRow[],
): ReadonlyMap<string, string> {
  // In the index they are private: nothing else needs the question.
  const hidden = rows.filter((row) => row.private);
  return new Map(
    hidden.flatMap((row) => {
      const { disabled } = catalog.find(row.kind, row.owner, row.name) ?? {};
      return disabled ? [[repoKey(row), disabled.reason]] : [];
    }),
  );
}
