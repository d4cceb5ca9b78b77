import { isDelete, type RefChange } from '../../hooks/types.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { numberOfRef } from './types.js';

/** Of a longer push the last ones are told. */
const maxCommits = 30;

/** Commits that came onto pull requests become events of these. */
export async function recordCommits(
  { discussions, repositories }: Pick<Services, 'discussions' | 'repositories'>,
  row: RepoRow,
  userId: number,
  changes: readonly RefChange[],
): Promise<void> {
  const repository = repositories.open(row.ref);
  for (const change of changes) {
    const num = numberOfRef(change.name);
    const discussion = num === null || isDelete(change) ? null : discussions.find(row.id, num);
    const base = discussion?.pullRequest && (await repository.resolve(`refs/heads/${discussion.pullRequest.base}`));
    if (!discussion || !base) continue;
    const known = discussions.commits(discussion.id);
    const commits = await repository.since(base, change.new, { limit: maxCommits });
    for (const { oid, title } of commits.toReversed())
      if (!known.has(oid)) discussions.add(discussion.id, userId, { type: 'commit', oid, subject: title });
  }
}
