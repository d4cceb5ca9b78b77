import type { Request } from 'express';
import { HubError } from '../../../config/errors.js';
import { zeroOid } from '../../../hooks/types.js';
import { isNewRefName } from '../../../indexer/repository/revision.js';
import type { Change, CommitOutcome } from '../../commits/types.js';
import type { Form } from '../../csrf.js';
import type { Services } from '../../services.js';
import type { WritingPlace } from './writingPlace.js';

const maxBranch = 200;
const maxTitle = 200;
const maxBody = 20_000;

/** Where and how a commit is made, as the fields below each form say. */
export interface CommitWords {
  /** One that is not there is made. */
  readonly branch: string;
  readonly title: string;
  readonly body: string;
}

export function commitWords(form: Form, place: WritingPlace, title: string): CommitWords {
  const oneLine = (form.title ?? '').replace(/\s+/g, ' ').trim();
  return {
    branch: form.branch?.trim() || place.branch,
    title: (oneLine || title).slice(0, maxTitle),
    body: (form.description ?? '').replace(/\r\n?/g, '\n').slice(0, maxBody),
  };
}

/**
 * Commits on top of what the branch of `place` is at; on another branch, which begins there and goes again when nothing comes
 * of it.
 * @throws HubError as Commits.commit; NAME_TAKEN and NAME_INVALID for the new branch
 */
export async function makeCommit(
  services: Services,
  { viewer }: Request,
  place: WritingPlace,
  { branch, title, body }: CommitWords,
  changes: readonly Change[],
): Promise<CommitOutcome> {
  const { row, head } = place;
  const commit = () =>
    services.commits.commit(viewer, row, { branch, title, body, changes, ...(head && { parent: head }) });
  if (branch === place.branch || head === null) return commit();
  const name = `refs/heads/${branch}`;
  if (branch.length > maxBranch || !isNewRefName(branch))
    throw new HubError('NAME_INVALID', { reason: `"${branch}" cannot be a branch’s name` });
  if (await place.repository.resolve(name)) throw new HubError('NAME_TAKEN', { name: `The branch ${branch}` });
  const refused = await services.commits.moveRef(viewer, row, { old: zeroOid, new: head, name });
  if (refused.length > 0) return { state: 'refused', findings: refused };
  let outcome: CommitOutcome | null = null;
  try {
    outcome = await commit();
    return outcome;
  } finally {
    if (outcome?.state !== 'made') await services.commits.moveRef(viewer, row, { old: head, new: zeroOid, name });
  }
}
