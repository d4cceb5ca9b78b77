import type { RepoKind } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';

/** What an address calls a repository; `owner` null = a one-segment alias. */
export interface RepoName {
  readonly kind: RepoKind;
  readonly owner: string | null;
  readonly name: string;
}

/** The repository that a name leads to, whoever asks: its own name, one that it had, or an alias. */
export function locate({ catalog }: Pick<Services, 'catalog'>, { kind, owner, name }: RepoName): RepoRow | null {
  if (owner === null) return catalog.aliasTarget(kind, name);
  return catalog.find(kind, owner, name) ?? catalog.movedTo(kind, owner, name);
}
