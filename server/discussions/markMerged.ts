import { isDelete, type RefChange, zeroOid } from '../../hooks/types.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { announceDiscussion } from '../webhooks/announceDiscussion.js';
import { isOpen, numberOfRef } from './types.js';

const branches = 'refs/heads/';

/** Pull requests whose commits came into the branch that they are for, by whatever way, are merged by who pushed it. */
export async function markMerged(
  services: Pick<Services, 'discussions' | 'repositories' | 'announce'>,
  row: RepoRow,
  userId: number,
  changes: readonly RefChange[],
): Promise<void> {
  const { discussions } = services;
  for (const change of changes) {
    const base = change.name.slice(branches.length);
    if (!change.name.startsWith(branches) || change.old === zeroOid || isDelete(change)) continue;
    if (!discussions.hasPullRequestFor(row.id, base)) continue;
    const repository = services.repositories.open(row.ref);
    for (const { name, oid: head } of await repository.refsWithin('refs/pr/', change.new, change.old)) {
      const num = numberOfRef(name);
      const discussion = num === null ? null : discussions.find(row.id, num);
      if (!discussion || discussion.pullRequest?.base !== base || !isOpen(discussion)) continue;
      const fork = (await repository.mergeBase(change.old, head)) ?? change.old;
      discussions.setMerged(discussion.id, userId, { fork, head, commit: change.new });
      announceDiscussion(services, row, discussion, 'update');
    }
  }
}
