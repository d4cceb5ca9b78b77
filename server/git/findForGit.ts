import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoRef } from '../../config/repo.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { mayPropose, mayPush } from '../discussions/pushRules.js';
import { requireFiles } from '../gating/requireFiles.js';
import { refuseDisabled } from '../repositories/findRepository.js';
import { locate, type RepoName } from '../repositories/locate.js';
import type { Services } from '../services.js';

/**
 * The repository a git or LFS door may serve. A missing name and a private one look alike: 401 to anonymous (git asks
 * for credentials only then), 404 to everybody else.
 * A signed-in push to a free name in one's own namespace opens a **pending** repository, since git-lfs speaks before
 * receive-pack does; it stays invisible until a push is accepted.
 * @param wants 'propose' = bring what a pull request may name
 * @throws HubError CREDENTIALS_NEEDED, REPO_NOT_FOUND, REPO_DISABLED, FORBIDDEN, GATED, NAME_INVALID
 */
export async function findForGit(
  services: Services,
  asking: Viewer,
  target: RepoName,
  wants: 'fetch' | 'write' | 'propose',
): Promise<RepoRow> {
  // Cookies are for pages: git sends credentials, and a page of another site must not push with ours.
  const viewer: Viewer = asking.kind === 'user' && asking.credential === 'session' ? { kind: 'anonymous' } : asking;
  const row = locate(services, target);
  if (row) refuseDisabled(services, viewer, row);
  if (row && mayDo(services, viewer, wants, row))
    return row.state === 'pending' && wants !== 'fetch' ? usedAgain(services, row) : row;
  if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
  const isVisible = row !== null && services.can(viewer, 'read', row);
  if (isVisible && wants === 'fetch') requireFiles(services, viewer, row);
  if (isVisible) throw new HubError('FORBIDDEN', { reason: whyNotWrite(viewer, row) });
  if (!row && wants !== 'fetch' && target.owner)
    return openPending(services, viewer, { ...target, owner: target.owner });
  throw new HubError('REPO_NOT_FOUND');
}

function mayDo(services: Services, viewer: Viewer, wants: 'fetch' | 'write' | 'propose', row: RepoRow): boolean {
  if (wants === 'fetch') return services.can(viewer, 'fetch', row);
  return wants === 'write' ? mayPush(services, viewer, row) : mayPropose(services, viewer, row);
}

/** The sweep must not take a pending repository away below the push that fills it. */
async function usedAgain({ catalog, repositories }: Services, row: RepoRow): Promise<RepoRow> {
  catalog.renewPending(row.id);
  await repositories.create(row.ref);
  return row;
}

function whyNotWrite(viewer: Viewer & { kind: 'user' }, row: RepoRow): string {
  if (viewer.credential === 'read')
    return 'This token has the role "read"; make one with the role "write" at /settings/tokens';
  return `${viewer.user.name} may not push to ${row.ref.owner}/${row.ref.name}`;
}

async function openPending(services: Services, viewer: Viewer & { kind: 'user' }, ref: RepoRef): Promise<RepoRow> {
  const free = { ref, private: true, state: 'pending' } as const;
  if (!services.can(viewer, 'create', free)) {
    const namespace = services.accounts
      .namespacesOf(viewer)
      .find((owner) => owner.toLowerCase() === ref.owner.toLowerCase());
    if (namespace && viewer.credential === 'read') {
      throw new HubError('FORBIDDEN', {
        reason: 'This token has the role "read"; make one with the role "write" at /settings/tokens',
      });
    }
    throw new HubError('REPO_NOT_FOUND');
  }
  // An administrator may write everywhere; a misspelt name must not become a namespace that somebody else registers later.
  const owner = services.accounts.ownerName(ref.owner);
  if (!owner) throw new HubError('REPO_NOT_FOUND');
  if (!services.options.createOnPush) {
    throw new HubError('FORBIDDEN', {
      reason: `Make ${ref.owner}/${ref.name} first, at /new: this hub does not create on push`,
    });
  }
  const problem = nameProblem(ref.name);
  if (problem) throw new HubError('NAME_INVALID', { reason: problem });
  const spelled: RepoRef = { ...ref, owner };
  await services.repositories.create(spelled);
  // A second request of the same push may have been first: the row decides.
  return (
    services.catalog.find(spelled.kind, spelled.owner, spelled.name) ??
    services.catalog.create(spelled, {
      private: services.options.newRepoVisibility === 'private',
      state: 'pending',
      createdBy: viewer.user.id,
    })
  );
}
