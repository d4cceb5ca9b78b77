import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { repoPath } from '../../../config/repo.js';
import type { Finding } from '../../../hooks/types.js';
import { receiveCommit } from '../../commits/receiveCommit.js';
import type { CommitOutcome } from '../../commits/types.js';
import type { Services } from '../../services.js';
import { type Call, operation } from '../frame/operation.js';
import { flag, type ValuesOf } from '../frame/parameters.js';

const query = {
  create_pr: flag('Opens a pull request with the commit: who may read may do so'),
  hot_reload: flag('Of no meaning here'),
};

const answer = z.strictObject({
  success: z.literal(true),
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
  accessFor: ({ create_pr }) => (create_pr ? 'writer' : 'write'),
  body: { mediaType: 'application/x-ndjson', about: 'The header, then one change a line' },
  answer,
  async handle(services, call) {
    const { request, repo } = call;
    request.setTimeout(services.options.git.idleTimeoutSeconds * 1000);
    try {
      const outcome = await commit(services, call);
      if (outcome.state === 'refused') throw new HubError('PUSH_REFUSED', { reason: reasonOf(outcome.findings) });
      return {
        success: true as const,
        commitOid: outcome.oid,
        commitUrl: `${request.baseUrlOfHub}${repoPath(repo.ref)}/commit/${outcome.oid}`,
        hookOutput: outcome.state === 'made' ? outcome.findings.map(({ message }) => message).join('\n') : '',
      };
    } catch (error) {
      request.resume(); // clients show no answer before they have sent all
      throw error;
    }
  },
});

async function commit(services: Services, call: Call<ValuesOf<typeof query>>): Promise<CommitOutcome> {
  const { viewer, repo, request, place } = call;
  if (call.query.create_pr) {
    throw new HubError('BAD_REQUEST', {
      reason: 'This hub opens no pull requests over the API yet: commit to a branch, without create_pr',
    });
  }
  const branch = (place.rev ?? 'main').replace(/^refs\/heads\//, '');
  const { discard, parent, ...received } = await receiveCommit(services, viewer, repo, request);
  try {
    return await services.commits.commit(viewer, repo, { branch, ...received, ...(parent && { parent }) });
  } finally {
    await discard();
  }
}

function reasonOf(findings: readonly Finding[]): string {
  const refusals = findings.filter(({ severity }) => severity === 'refusal');
  return refusals.map(({ message }) => message.replace(/^README\.md\b/, 'Invalid YAML in README.md:')).join('\n');
}
