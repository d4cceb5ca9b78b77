import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { shownName } from '../../accounts/shownOwner.js';
import { requestStates } from '../../gating/accessRequests.js';
import { readGateForm, shownAnswers } from '../../gating/gateForm.js';
import { sendNextLink } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { integer } from '../frame/parameters.js';
import { requestIdOf } from './requestId.js';

const states: readonly string[] = requestStates;

/** Python's client reads each of these; `fields` are the answers to what the card asks. */
const asked = z.strictObject({
  requestId: z.string(),
  user: z.strictObject({ user: z.string(), fullname: z.string(), email: z.string().optional() }),
  status: z.enum(requestStates),
  timestamp: z.iso.datetime(),
  fields: z.record(z.string(), z.string()).optional(),
});

export const listRequests = operation({
  id: 'listAccessRequests',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/user-access-request/{status}',
  summary: 'Lists who asked for the files of a gated repository',
  about:
    '`status` is `pending` (the oldest first), `accepted` or `rejected` (the latest decision first). Pages by `Link`.',
  access: 'manage',
  query: {
    limit: integer('Requests of a page', { least: 1, most: 1000, otherwise: 1000 }),
    cursor: integer('Where the page begins; the header `Link` has it', { least: 0, most: 1e9, otherwise: 0 }),
  },
  answer: z.array(asked),
  async handle(services, call) {
    const { repo, query } = call;
    const state = requestStates.find((state) => state === call.place.status);
    if (!state) throw new HubError('BAD_REQUEST', { reason: `The status is one of ${states.join(', ')}` });
    const { rows, total } = services.accessRequests.list(repo.id, { state, limit: query.limit, offset: query.cursor });
    const next = query.cursor + rows.length;
    if (next < total) sendNextLink(call, String(next));
    const { fields } = await readGateForm(services, repo);
    return rows.map(({ userId, name, email, atMs, answers }) => ({
      requestId: requestIdOf(repo.id, userId),
      user: { user: name, fullname: shownName(services, name), ...(email ? { email } : {}) },
      status: state,
      timestamp: new Date(atMs).toISOString(),
      ...(Object.keys(answers).length > 0 ? { fields: shownAnswers(fields, answers) } : {}),
    }));
  },
});
