import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { zeroOid } from '../../../hooks/types.js';
import { isNewRefName } from '../../../indexer/repository/revision.js';
import type { Repository } from '../../../indexer/repository/types.js';
import { pushRefused } from '../../commits/pushRefused.js';
import type { Services } from '../../services.js';
import { wholeRevisionOf } from '../files/revision.js';
import { type Call, operation } from '../frame/operation.js';
import { success, successShape } from '../frame/success.js';

export const createBranch = operation({
  id: 'createBranch',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/branch/{rev}',
  summary: 'Makes a branch',
  about:
    'At `startingPoint`, any revision, or else at the head of the default branch. `emptyBranch`: with a first commit of its own in place of that. A branch that is there answers 409, but with `overwrite` it is moved.',
  access: 'write',
  body: {
    schema: z.object({
      startingPoint: z.string().min(1).max(250).nullish(),
      emptyBranch: z.boolean().nullish(),
      overwrite: z.boolean().nullish(),
    }),
  },
  answer: successShape,
  async handle(services, { viewer, repo, place, body }) {
    const name = place.rev!;
    if (!isNewRefName(name)) throw new HubError('BAD_REQUEST', { reason: `Invalid reference for a branch: ${name}` });
    const ref = `refs/heads/${name}`;
    const repository = services.repositories.open(repo.ref);
    const there = await repository.resolve(ref);
    if (there && !body.overwrite) throw new HubError('REF_EXISTS', { ref });
    if (body.emptyBranch) {
      const outcome = await services.commits.startAnew(viewer, repo, {
        branch: name,
        title: 'initial commit',
        keepsFiles: false,
      });
      if (outcome.state === 'refused') throw pushRefused(outcome.findings);
      return success;
    }
    // Who asks to overwrite by nothing wants it to be there.
    if (there && !body.startingPoint) return success;
    const start = await commitAt(repository, body.startingPoint ?? null);
    if (start === there) return success;
    await move(services, { viewer, repo }, { old: there ?? zeroOid, new: start, name: ref });
    return success;
  },
});

export const deleteBranch = operation({
  id: 'deleteBranch',
  method: 'DELETE',
  path: '/api/{repoType}/{namespace}/{repo}/branch/{rev}',
  summary: 'Removes a branch, other than the default one',
  access: 'write',
  answer: successShape,
  async handle(services, { viewer, repo, place }) {
    const name = branchName(place.rev!);
    const ref = `refs/heads/${name}`;
    const repository = services.repositories.open(repo.ref);
    const old = await repository.resolve(ref);
    if (!old) throw new HubError('REVISION_NOT_FOUND', { revision: name });
    if (name === (await repository.defaultBranch()))
      throw new HubError('BAD_REQUEST', { reason: `Cannot delete ${ref}: it is the default branch` });
    await move(services, { viewer, repo }, { old, new: zeroOid, name: ref });
    return success;
  },
});

export const createTag = operation({
  id: 'createTag',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/tag/{rev}',
  summary: 'Makes a tag at a revision',
  about: 'The address has the revision, the body the name of the tag; with a `message` it is an annotated one.',
  access: 'write',
  body: {
    schema: z.object({ tag: z.string().min(1).max(250), message: z.string().max(65_536).nullish() }),
  },
  answer: successShape,
  async handle(services, { viewer, repo, place, body }) {
    const name = body.tag.replace(/^refs\/tags\//, '');
    if (!isNewRefName(name)) throw new HubError('BAD_REQUEST', { reason: `Invalid reference for a tag: ${name}` });
    const ref = `refs/tags/${name}`;
    const { repository, commit } = await wholeRevisionOf(services, repo, place);
    if (await repository.resolve(ref)) throw new HubError('REF_EXISTS', { ref });
    if (body.message?.trim()) {
      const refused = await services.commits.tag(viewer, repo, { name, commit, message: body.message });
      if (refused.length > 0) throw pushRefused(refused);
    } else await move(services, { viewer, repo }, { old: zeroOid, new: commit, name: ref });
    return success;
  },
});

export const deleteTag = operation({
  id: 'deleteTag',
  method: 'DELETE',
  path: '/api/{repoType}/{namespace}/{repo}/tag/{rev}',
  summary: 'Removes a tag',
  access: 'write',
  answer: successShape,
  async handle(services, { viewer, repo, place }) {
    const name = place.rev!.replace(/^refs\/tags\//, '');
    const ref = `refs/tags/${name}`;
    // Of an annotated tag the tag itself, not its commit.
    const old = isNewRefName(name) ? (await services.repositories.open(repo.ref).header(ref))?.oid : undefined;
    if (!old) throw new HubError('REVISION_NOT_FOUND', { revision: name });
    await move(services, { viewer, repo }, { old, new: zeroOid, name: ref });
    return success;
  },
});

export const superSquash = operation({
  id: 'superSquash',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/super-squash/{rev}',
  summary: 'Makes the history of a branch one commit with the files of its head',
  about: 'The commits before are lost, but where another branch or tag has them.',
  access: 'write',
  body: { schema: z.object({ message: z.string().max(65_536).nullish() }) },
  answer: successShape,
  async handle(services, { viewer, repo, place, body }) {
    const branch = branchName(place.rev!);
    const [title = '', ...rest] = (body.message ?? '').trim().split('\n');
    const outcome = await services.commits.startAnew(viewer, repo, {
      branch,
      title: title.trim() || `Super-squash branch '${branch}'`,
      body: rest.join('\n'),
      keepsFiles: true,
    });
    if (outcome.state === 'refused') throw pushRefused(outcome.findings);
    return success;
  },
});

function branchName(rev: string): string {
  return rev.replace(/^refs\/heads\//, '');
}

/** @throws HubError REVISION_NOT_FOUND */
async function commitAt(repository: Repository, revision: string | null): Promise<string> {
  const commit = revision === null ? await repository.head() : await repository.resolve(revision);
  if (commit) return commit;
  throw new HubError('REVISION_NOT_FOUND', { revision: revision ?? (await repository.defaultBranch()) });
}

/** @throws HubError PUSH_REFUSED, REF_EXISTS when somebody made it meanwhile, as Commits.moveRef */
async function move(
  { commits }: Services,
  { viewer, repo }: Pick<Call, 'viewer' | 'repo'>,
  change: Parameters<Services['commits']['moveRef']>[2],
): Promise<void> {
  const refused = await commits.moveRef(viewer, repo, change).catch((error: unknown) => {
    const isMade = error instanceof HubError && error.code === 'BRANCH_MOVED' && change.old === zeroOid;
    throw isMade ? new HubError('REF_EXISTS', { ref: change.name }) : error;
  });
  if (refused.length > 0) throw pushRefused(refused);
}
