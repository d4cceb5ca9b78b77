import type { RepoRow } from '../accounts/types.js';
import type { Discussion, DiscussionEvent } from '../discussions/types.js';
import type { Services } from '../services.js';
import type { HubEvent } from './announce.js';

type Needs = Pick<Services, 'announce' | 'discussions'>;

/** Tells of a discussion or pull request as it is now; of one that is undone, as it was. */
export function announceDiscussion(
  { announce, discussions }: Needs,
  repo: RepoRow,
  was: Discussion,
  action: HubEvent['action'],
): void {
  announce({ scope: 'discussion', action, repo, discussion: discussions.find(repo.id, was.num) ?? was });
}

export function announceComment(
  { announce, discussions }: Needs,
  repo: RepoRow,
  num: number,
  { action, comment }: { readonly action: 'create' | 'update'; readonly comment: DiscussionEvent },
): void {
  const discussion = discussions.find(repo.id, num);
  if (!discussion || comment.type !== 'comment') return;
  announce({ scope: 'discussion.comment', action, repo, discussion, comment });
}
