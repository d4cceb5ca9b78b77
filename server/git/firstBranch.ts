import type { RepoRef } from '../../config/repo.js';
import type { Repositories } from '../../indexer/repository/types.js';

/**
 * When HEAD names a branch that has no commit, it follows `master`, or else the first of the branches given.
 * @param refs full names of refs that were pushed and are there
 * @returns what to tell the pusher, or null when HEAD stays
 */
export async function followFirstBranch(
  repositories: Repositories,
  ref: RepoRef,
  refs: readonly string[],
): Promise<string | null> {
  const repository = repositories.open(ref);
  const current = await repository.defaultBranch();
  if (await repository.resolve(`refs/heads/${current}`)) return null;
  const heads = refs.filter((name) => name.startsWith('refs/heads/'));
  const branch = (heads.find((name) => name === 'refs/heads/master') ?? heads[0])?.slice('refs/heads/'.length);
  if (!branch) return null;
  await repositories.setDefaultBranch(ref, branch);
  return `The default branch is ${branch}: this push brought no ${current}.`;
}
