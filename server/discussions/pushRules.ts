import { type Finding, isDelete, type RefChange } from '../../hooks/types.js';
import type { RepoRow, User, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { isOpen, numberOfRef } from './types.js';

type Needs = Pick<Services, 'can' | 'discussions' | 'accounts'>;

/** Who may open a pull request, and bring the objects that it will name. */
export function mayPropose({ can }: Pick<Needs, 'can'>, viewer: Viewer, row: RepoRow): boolean {
  return can(viewer, 'write', row) || (can(viewer, 'discuss', row) && can(viewer, 'fetch', row));
}

/** Whether somebody may push at all: who writes, and who has an open pull request, to that. */
export function mayPush(needs: Pick<Needs, 'can' | 'discussions'>, viewer: Viewer, row: RepoRow): boolean {
  if (viewer.kind === 'anonymous' || !mayPropose(needs, viewer, row)) return false;
  return needs.can(viewer, 'write', row) || needs.discussions.hasOpenPullRequest(row.id, viewer.user.id);
}

export interface RefRules {
  /** What refuses the whole push. */
  readonly findings: readonly Finding[];
  /** Refs that stay as they are, by name with the reason, while the others move: mirrors push those of pull requests too. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/**
 * Refs that this person may not move. A pull request's are its author's; all others are for those who write. Pull requests of others
 * are left out of a push that moves something else.
 */
export function refRules(
  needs: Needs,
  row: RepoRow,
  pusher: Pick<User, 'id'>,
  changes: readonly RefChange[],
): RefRules {
  const user = needs.accounts.userById(pusher.id);
  const mayWrite = user !== null && needs.can(needs.accounts.viewerOfUser(user, 'session'), 'write', row);
  const problems = changes.flatMap((change) => {
    const problem = refProblem(needs.discussions, row, pusher, mayWrite, change);
    return problem ? [{ name: change.name, finding: { severity: 'refusal' as const, ...problem } }] : [];
  });
  const isLeftOut = problems.length < changes.length && problems.every(({ name }) => numberOfRef(name) !== null);
  return isLeftOut
    ? { findings: [], leftOut: new Map(problems.map(({ name, finding }) => [name, finding.message])) }
    : { findings: problems.map(({ finding }) => finding), leftOut: new Map() };
}

function refProblem(
  discussions: Needs['discussions'],
  row: RepoRow,
  pusher: Pick<User, 'id'>,
  mayWrite: boolean,
  change: RefChange,
): Pick<Finding, 'message' | 'remedy'> | null {
  const { name } = change;
  if (!name.startsWith('refs/pr/')) {
    if (mayWrite) return null;
    return {
      message: `${name}: only those who may write this repository may change it`,
      remedy: ['Push to your own pull request: git push origin HEAD:refs/pr/<number>'],
    };
  }
  const num = numberOfRef(name);
  const discussion = num === null ? null : discussions.find(row.id, num);
  if (!discussion?.pullRequest) {
    return {
      message: `${name}: there is no such pull request`,
      remedy: ['Open one on the Community page of the repository.'],
    };
  }
  if (isDelete(change))
    return { message: `${name}: a pull request is not deleted`, remedy: ['Close it on its page instead.'] };
  if (discussion.author?.id !== pusher.id)
    return { message: `${name}: it is the pull request of somebody else`, remedy: ['Open one of your own.'] };
  if (!isOpen(discussion)) return { message: `${name}: this pull request is ${discussion.status}`, remedy: [] };
  return null;
}
