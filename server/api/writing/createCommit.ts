import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { Finding } from '../../../hooks/types.js';
import type { RepoRow } from '../../accounts/types.js';
import { pushRefused } from '../../commits/pushRefused.js';
import { receiveCommit } from '../../commits/receiveCommit.js';
import type { CommitOutcome, WantedCommit } from '../../commits/types.js';
import { openPullRequest, undoPullRequest } from '../../discussions/discuss.js';
import { maxTitleCharacters } from '../../discussions/limits.js';
import { refOf } from '../../discussions/types.js';
import type { Services } from '../../services.js';
import { type Call, operation } from '../frame/operation.js';
import { flag, type ValuesOf } from '../frame/parameters.js';
import { success, successShape } from '../frame/success.js';
import { accessForCommit } from './accessForCommit.js';

const query = {
  create_pr: flag('Opens a pull request with the commit: who may read may do so'),
  hot_reload: flag('Of no meaning here'),
};

const answer = successShape.extend({
  commitOid: z.string(),
  commitUrl: z.string(),
  hookOutput: z.string(),
  pullRequestUrl: z.string().optional(),
});

/** Requests that may bring gigabytes: they are cut when nothing moves, not when they take long. */
export function isCommit({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && /^\/api\/(?:models|datasets|spaces)\/[^/?]+\/(?:[^/?]+\/)?commit\/[^?]/.test(url);
}

/** A commit as the Hub's clients send it: one JSON a line, files in it as base64 or by the id of an object in LFS. */
export const createCommit = operation({
  id: 'createCommit',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/commit/{rev}',
  summary: 'Makes a commit on a branch',
  about:
    'The first line is `{"key":"header","value":{"summary","description"?,"parentCommit"?}}`, each other one a change: `file` (`path`, `content`, `encoding`: base64 or utf-8), `lfsFile` (`path`, `algo`: sha256, `oid`, `size`; without `size` an object that is here already), `deletedFile` or `deletedFolder` (`path`). All or nothing. A `parentCommit` that is not the head of the branch answers 412. Files that are too large for git go to LFS.',
  access: 'write',
  query,
  accessFor: accessForCommit,
  body: { mediaType: 'application/x-ndjson', about: 'The header, then one change a line' },
  answer,
  async handle(services, call) {
    const { request, repo } = call;
    request.setTimeout(services.options.git.idleTimeoutSeconds * 1000);
    try {
      const outcome = await commit(services, call);
      if (outcome.state === 'refused') throw pushRefused(outcome.findings.map(inWordsOfClients));
      const { pullRequest } = outcome;
      return {
        ...success,
        commitOid: outcome.oid,
        commitUrl: `${request.baseUrlOfHub}${repoPath(repo.ref)}/commit/${outcome.oid}`,
        hookOutput: outcome.state === 'made' ? outcome.findings.map(({ message }) => message).join('\n') : '',
        ...(pullRequest === null
          ? {}
          : { pullRequestUrl: `${request.baseUrlOfHub}${repoPath(repo.ref)}/discussions/${pullRequest}` }),
      };
    } catch (error) {
      request.resume(); // clients show no answer before they have sent all
      throw error;
    }
  },
});

/** The commit, and the number of the pull request that it opened. */
type Made = CommitOutcome & { readonly pullRequest: number | null };

async function commit(services: Services, call: Call<ValuesOf<typeof query>>): Promise<Made> {
  const { viewer, repo, request, place } = call;
  const branch = (place.rev ?? 'main').replace(/^refs\/heads\//, '');
  if (call.query.create_pr) await requireBranch(services, repo, branch);
  const { discard, parent, ...received } = await receiveCommit(services, viewer, repo, request);
  try {
    const wanted = { ...received, ...(parent && { parent }) };
    if (call.query.create_pr) return await openWith(services, call, branch, wanted);
    return { ...(await services.commits.commit(viewer, repo, { branch, ...wanted })), pullRequest: null };
  } finally {
    await discard();
  }
}

/** @throws HubError REVISION_NOT_FOUND */
async function requireBranch({ repositories }: Services, repo: RepoRow, branch: string): Promise<void> {
  if (await repositories.open(repo.ref).resolve(`refs/heads/${branch}`)) return;
  throw new HubError('REVISION_NOT_FOUND', { revision: branch });
}

/** A pull request that has the commit; it goes with a commit that is refused. */
async function openWith(
  services: Services,
  { viewer, repo }: Pick<Call, 'viewer' | 'repo'>,
  base: string,
  wanted: Omit<WantedCommit, 'branch'>,
): Promise<Made> {
  const opened = await openPullRequest(services, viewer, repo, {
    title: shortTitle(wanted.title),
    description: wanted.body,
    base,
    status: 'open',
    at: wanted.parent,
  });
  try {
    const outcome = await services.commits.commit(viewer, repo, { ...wanted, branch: refOf(opened) });
    if (outcome.state !== 'refused') return { ...outcome, pullRequest: opened.num };
    await undoPullRequest(services, repo, opened);
    return { ...outcome, pullRequest: null };
  } catch (error) {
    await undoPullRequest(services, repo, opened);
    throw error;
  }
}

function shortTitle(title: string): string {
  return title.length <= maxTitleCharacters ? title : `${title.slice(0, maxTitleCharacters - 1)}…`;
}

function inWordsOfClients(finding: Finding): Finding {
  return { ...finding, message: finding.message.replace(/^README\.md\b/, 'Invalid YAML in README.md:') };
}
