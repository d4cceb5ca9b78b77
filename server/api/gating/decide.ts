import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import type { RepoRow, User } from '../../accounts/types.js';
import { maxReason, requestStates } from '../../gating/accessRequests.js';
import type { Services } from '../../services.js';
import { operation } from '../frame/operation.js';
import { success, successShape } from '../frame/success.js';
import { userOfRequestId } from './requestId.js';

const name = z.string().min(1).max(100);

const handleRequest = operation({
  id: 'handleAccessRequest',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/user-access-request/handle',
  summary: 'Accepts or rejects who asked, or lets them wait again',
  about:
    'Names the person by `user` or by `requestId`. Answers 404 when they did not ask, or the request is in that state already.',
  access: 'manage',
  body: {
    schema: z.object({
      user: name.nullish(),
      requestId: z.string().max(100).nullish(),
      status: z.enum(requestStates),
      rejectionReason: z.string().max(maxReason).nullish(),
    }),
  },
  answer: successShape,
  handle(services, { repo, body }) {
    requireGate(repo);
    if (body.rejectionReason && body.status !== 'rejected')
      throw new HubError('BAD_REQUEST', { reason: 'rejectionReason goes with the status "rejected" alone' });
    const user = personOf(services, repo, body);
    const asked = services.accessRequests.of(repo.id, user.id);
    if (!asked) throw new HubError('NOT_FOUND', { reason: `${user.name} did not ask for access` });
    if (asked.state === body.status)
      throw new HubError('NOT_FOUND', { reason: `The request of ${user.name} is ${body.status} already` });
    services.accessRequests.decide(repo.id, user.id, { state: body.status, reason: body.rejectionReason?.trim() });
    return success;
  },
});

const grantAccess = operation({
  id: 'grantAccess',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/user-access-request/grant',
  summary: 'Gives somebody the files who did not ask',
  access: 'manage',
  body: { schema: z.object({ user: name }) },
  answer: successShape,
  handle(services, { repo, body }) {
    requireGate(repo);
    const user = personOf(services, repo, body);
    if (services.can(services.accounts.viewerOfUser(user, 'session'), 'fetch', repo))
      throw new HubError('BAD_REQUEST', { reason: `${user.name} has the files already` });
    services.accessRequests.grant(repo.id, user.id);
    return success;
  },
});

export const decideOperations = [handleRequest, grantAccess];

/** @throws HubError BAD_REQUEST */
function requireGate({ gated }: RepoRow): void {
  if (gated === null) throw new HubError('BAD_REQUEST', { reason: 'The repository is not gated' });
}

/** @throws HubError BAD_REQUEST when nobody is named, NOT_FOUND */
function personOf(
  { accounts }: Pick<Services, 'accounts'>,
  repo: RepoRow,
  { user: name, requestId }: { readonly user?: string | null; readonly requestId?: string | null },
): User {
  if (!name && !requestId) throw new HubError('BAD_REQUEST', { reason: 'user or requestId says whom this is about' });
  const id = requestId ? userOfRequestId(repo.id, requestId) : null;
  const user = name ? accounts.userByName(name) : id === null ? null : accounts.userById(id);
  if (user) return user;
  throw new HubError('NOT_FOUND', { reason: name ? `There is no user "${name}"` : 'There is no request of this id' });
}
