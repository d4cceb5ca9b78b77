import { HubError } from '../../config/errors.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { pushRefused } from '../commits/pushRefused.js';
import { writerOf } from '../commits/writerOf.js';
import type { Services } from '../services.js';
import { announceDiscussion } from '../webhooks/announceDiscussion.js';
import { compare } from './comparison.js';
import { checkedToWrite, comment } from './discuss.js';
import { type Discussion, refOf } from './types.js';

/**
 * Brings a pull request into its branch, by the way of a push: the branch moves on to its last commit where that is enough,
 * else a merge commit is made.
 * @param wanted.head what the caller saw of it
 * @throws HubError FORBIDDEN, CONFLICT (not open, nothing to merge, files in conflict), PUSH_REFUSED, BRANCH_MOVED (`wanted.head` is not its head)
 */
export async function mergePullRequest(
  services: Services,
  viewer: Viewer,
  row: RepoRow,
  discussion: Discussion,
  wanted: { readonly text?: string | null; readonly head?: string } = {},
): Promise<void> {
  const user = writerOf(services, viewer, row);
  const { pullRequest } = discussion;
  if (!pullRequest) throw new HubError('BAD_REQUEST', { reason: 'A discussion has nothing to merge' });
  if (discussion.status === 'draft')
    throw new HubError('CONFLICT', { reason: 'It is a draft: set its status to "open" first' });
  if (discussion.status !== 'open') throw new HubError('CONFLICT', { reason: `It is ${discussion.status}` });
  const compared = await compare(services, row, discussion);
  if (!compared) throw new HubError('CONFLICT', { reason: `The branch ${pullRequest.base} is gone` });
  const { head, fork } = compared;
  if (wanted.head !== undefined && wanted.head !== head) throw new HubError('BRANCH_MOVED');
  if (head === fork)
    return finishMerge(services, row, discussion, { userId: user.id, head, ours: compared.ours ?? head });
  if (wanted.text?.trim()) checkedToWrite(services, viewer, row, discussion, wanted.text);
  const outcome = await services.commits.merge(viewer, row, {
    branch: pullRequest.base,
    theirs: head,
    title: `Merge ${refOf(discussion)}: ${discussion.title}`,
  });
  if (outcome.state === 'refused') throw pushRefused(outcome.findings);
  // The push that it was says so already, but where the branch had its commits by then.
  if (!services.discussions.find(row.id, discussion.num)?.pullRequest?.merged) {
    services.discussions.setMerged(discussion.id, user.id, { fork, head, commit: outcome.oid });
    announceDiscussion(services, row, discussion, 'update');
  }
  if (wanted.text?.trim()) comment(services, viewer, row, discussion, wanted.text);
}

/**
 * Its commits are in the branch, and nothing says that it is merged: the hub ended in between.
 * @throws HubError CONFLICT where it never had a commit
 */
async function finishMerge(
  services: Services,
  row: RepoRow,
  discussion: Discussion,
  { userId, head, ours }: { userId: number; head: string; ours: string },
): Promise<void> {
  const { discussions, repositories } = services;
  const [first] = discussions.commits(discussion.id);
  if (first === undefined) throw new HubError('CONFLICT', { reason: 'It has no commits that the branch has not' });
  const [fork = head] = (await repositories.open(row.ref).commit(first)).parents;
  discussions.setMerged(discussion.id, userId, { fork, head, commit: ours });
  announceDiscussion(services, row, discussion, 'update');
}
