import { type Finding, isDelete, type RefChange } from '../types.js';

const accepted = /^refs\/(heads|tags)\/|^refs\/pr\/\d+$/;

/** Refs outside heads, tags and refs/pr are refused, and so is deleting the default branch. */
export function checkRefs(changes: readonly RefChange[], defaultBranch: string): readonly Finding[] {
  return changes.flatMap((change) => checkRef(change, defaultBranch));
}

function checkRef(change: RefChange, defaultBranch: string): readonly Finding[] {
  if (!accepted.test(change.name)) {
    return [
      {
        severity: 'refusal',
        message: `${change.name}: only branches (refs/heads), tags (refs/tags) and pull requests (refs/pr/N) can be pushed`,
        remedy: ['git push origin HEAD:refs/heads/<branch>'],
      },
    ];
  }
  if (isDelete(change) && change.name === `refs/heads/${defaultBranch}`) {
    return [
      {
        severity: 'refusal',
        message: `${defaultBranch} is the default branch and cannot be deleted`,
        remedy: ['Delete the whole repository from its settings page instead.'],
      },
    ];
  }
  return [];
}

/** Branches and pull requests show files of a commit; only tags may name anything else. */
export function noCommitFinding({ name }: RefChange): Finding {
  return {
    severity: 'refusal',
    message: `${name} must name a commit`,
    remedy: [`git push origin HEAD:refs/heads/<branch>`],
  };
}
