import type { Action, OrganizationRole, RepoRow, TokenRole, Viewer } from './types.js';

export interface AccessPolicy {
  readonly anonymousRead: boolean;
  readonly anonymousInference: boolean;
  /** Whether somebody was let in to the files of a gated repository. */
  isAccepted(repoId: number, userId: number): boolean;
}

/** What a decision looks at; without `createdBy`, nobody counts as the one who made it. */
export type Target = Pick<RepoRow, 'ref' | 'private' | 'state'> &
  Partial<Pick<RepoRow, 'id' | 'createdBy' | 'disabled' | 'gated'>>;

const changing: ReadonlySet<Action> = new Set(['like', 'discuss', 'write', 'create', 'manage']);

/**
 * The one decision about who may do what. Every door asks it: git, LFS, API, pages, inference.
 * A read token changes nothing, whatever its user may, and a fine-grained one is a stranger's where it does not reach; a
 * pending repository is seen only by those who may write it, and a disabled one by the hub's administrators.
 */
export function can(viewer: Viewer, action: Action, repo: Target, policy: AccessPolicy): boolean {
  const reach = viewer.kind === 'anonymous' ? null : reachOf(viewer, action, repo);
  if (repo.disabled && !(viewer.kind === 'user' && viewer.user.isAdmin && reach)) return false;
  if (viewer.kind === 'anonymous') return anonymousCan(action, repo, policy);
  if (viewer.user.disabled) return false;
  if (changing.has(action) && reach !== 'write') return false;
  const role = reach && roleIn(viewer, repo);
  switch (action) {
    case 'read':
    case 'like':
    case 'discuss':
      return maySee(role, viewer, repo);
    case 'fetch':
    case 'infer':
      return (
        maySee(role, viewer, repo) &&
        (role !== null || !repo.gated || (reach !== null && isLetIn(viewer, repo, policy)))
      );
    case 'create':
      return role === 'admin' || role === 'write' || role === 'contributor';
    case 'write':
      return mayWrite(role, viewer, repo);
    case 'manage':
      return role === 'admin';
  }
}

function anonymousCan(action: Action, repo: Target, policy: AccessPolicy): boolean {
  if (repo.private || repo.state === 'pending') return false;
  if (action === 'read') return policy.anonymousRead;
  if (repo.gated) return false;
  if (action === 'fetch') return policy.anonymousRead;
  return action === 'infer' && policy.anonymousRead && policy.anonymousInference;
}

function maySee(role: OrganizationRole | null, viewer: Viewer & { kind: 'user' }, repo: Target): boolean {
  return repo.state === 'pending' ? mayWrite(role, viewer, repo) : !repo.private || role !== null;
}

function isLetIn({ user }: Viewer & { kind: 'user' }, { id }: Target, policy: AccessPolicy): boolean {
  return id !== undefined && policy.isAccepted(id, user.id);
}

/** How far the credential reaches here, whatever its user may. A new repository is a matter of its namespace alone. */
function reachOf({ credential, scopes }: Viewer & { kind: 'user' }, action: Action, repo: Target): TokenRole | null {
  if (!scopes) return credential === 'read' ? 'read' : 'write';
  const owner = repo.ref.owner.toLowerCase();
  const here = scopes.filter((scope) =>
    'owner' in scope ? scope.owner.toLowerCase() === owner : action !== 'create' && scope.repoId === repo.id,
  );
  if (here.some(({ permission }) => permission === 'write')) return 'write';
  return here.length > 0 ? 'read' : null;
}

/** A contributor writes what they made themselves. */
function mayWrite(role: OrganizationRole | null, viewer: Viewer & { kind: 'user' }, repo: Target): boolean {
  if (role === 'admin' || role === 'write') return true;
  return role === 'contributor' && repo.createdBy === viewer.user.id;
}

/** One's own namespace and the site administrators' power both count as `admin`. */
function roleIn(viewer: Viewer & { kind: 'user' }, { ref }: Target): OrganizationRole | null {
  const owner = ref.owner.toLowerCase();
  if (owner === viewer.user.name.toLowerCase() || viewer.user.isAdmin) return 'admin';
  return viewer.organizations.get(owner) ?? null;
}
