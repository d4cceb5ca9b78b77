import { HubError } from '../../../config/errors.js';
import { type RepoKind, type RepoRef, repoKey, repoKinds } from '../../../config/repo.js';
import type { RepoRow, SignedIn, Viewer } from '../../accounts/types.js';
import { findRepository } from '../../repositories/findRepository.js';
import type { Services } from '../../services.js';
import { mayCall } from '../frame/mayCall.js';

/** The kind that a body names; a model where it names none. @throws HubError BAD_REQUEST */
export function kindOfBody(type: string | null | undefined): RepoKind {
  const kind = repoKinds.find((kind) => kind === (type ?? 'model'));
  if (kind) return kind;
  throw new HubError('BAD_REQUEST', { reason: `type is "model", "dataset" or "space", not "${type?.slice(0, 40)}"` });
}

/** `owner/name` in `name` is what the oldest clients send; else `organization`, or the caller's own namespace. */
export function refOfBody(
  { user }: SignedIn,
  { name, organization, type }: { name: string; organization?: string | null; type?: string | null },
): RepoRef {
  const kind = kindOfBody(type);
  const slash = name.indexOf('/');
  if (slash >= 0) return { kind, owner: name.slice(0, slash), name: name.slice(slash + 1) };
  return { kind, owner: organization ?? user.name, name };
}

/**
 * The repository that a body names, of which the viewer may change the settings, by the name that it has today: what removes or
 * moves must not reach another by a name that it once had. @throws HubError REPO_NOT_FOUND, REPO_DISABLED, FORBIDDEN
 */
export function namedRepository(services: Services, viewer: Viewer, ref: RepoRef): RepoRow {
  const found = findRepository(services, viewer, ref);
  if (!found || repoKey(found.row.ref) !== repoKey(ref)) throw new HubError('REPO_NOT_FOUND');
  mayCall(services, 'manage', viewer, found.row);
  return found.row;
}
