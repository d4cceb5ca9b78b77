import { HubError } from '../../../config/errors.js';
import { type RepoKind, type RepoRef, repoId } from '../../../config/repo.js';
import type { Action, RepoRow, Viewer } from '../../accounts/types.js';
import { findRepository } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';

const kinds: Readonly<Record<string, RepoKind>> = { model: 'model', dataset: 'dataset', space: 'space' };

/** The kind that a body names; a model where it names none. @throws HubError BAD_REQUEST */
export function kindOfBody(type: string | null | undefined): RepoKind {
  const kind = kinds[type ?? 'model'];
  if (kind) return kind;
  throw new HubError('BAD_REQUEST', { reason: `type is "model", "dataset" or "space", not "${type?.slice(0, 40)}"` });
}

/** `owner/name` in `name` is what the oldest clients send; else `organization`, or the caller's own namespace. */
export function refOfBody(
  viewer: Viewer & { kind: 'user' },
  { name, organization, type }: { name: string; organization?: string | null; type?: string | null },
): RepoRef {
  const kind = kindOfBody(type);
  const slash = name.indexOf('/');
  if (slash >= 0) return { kind, owner: name.slice(0, slash), name: name.slice(slash + 1) };
  return { kind, owner: organization ?? viewer.user.name, name };
}

/**
 * The repository that a body names, by the name that it has today: what removes or moves must not reach another by a name that
 * it once had. @throws HubError REPO_NOT_FOUND, REPO_DISABLED, FORBIDDEN
 */
export function namedRepository(services: Services, viewer: Viewer, ref: RepoRef, action: Action): RepoRow {
  const found = findRepository(services, viewer, ref);
  if (!found || repoId(found.row.ref).toLowerCase() !== repoId(ref).toLowerCase()) throw new HubError('REPO_NOT_FOUND');
  if (services.can(viewer, action, found.row)) return found.row;
  throw new HubError('FORBIDDEN', { reason: `You may not change the settings of ${repoId(found.row.ref)}` });
}

export function signedInCaller(viewer: Viewer): Viewer & { kind: 'user' } {
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  return viewer;
}
