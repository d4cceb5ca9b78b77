import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { noteReadiness } from '../../inference/graphs/readiness.js';
import { copyFacts } from '../../maintenance/repoFacts.js';
import { announceConfig } from '../../webhooks/announceConfig.js';
import { operation } from '../frame/operation.js';
import { gateShape } from '../gating/gateShape.js';
import { visibilities, wantsPrivate } from './privacy.js';

const body = z.object({
  private: z.boolean().optional(),
  visibility: visibilities.optional(),
  gated: gateShape.optional(),
});

export const changeSettings = operation({
  id: 'changeRepositorySettings',
  method: 'PUT',
  path: '/api/{repoType}/{namespace}/{repo}/settings',
  summary: 'Who sees a repository, and who gets its files',
  about: 'What the body does not name stays as it is.',
  access: 'manage',
  body: { schema: body },
  answer: z.strictObject({
    private: z.boolean(),
    visibility: z.enum(['public', 'private']),
    gated: gateShape,
  }),
  async handle(services, { repo, body }) {
    if (repo.ref.kind === 'space' && body.gated) throw new HubError('BAD_REQUEST', { reason: 'A space is not gated' });
    const isPrivate = wantsPrivate(body);
    if (isPrivate !== null) services.catalog.setPrivate(repo.id, isPrivate);
    if (body.gated !== undefined) services.catalog.setGated(repo.id, body.gated || null);
    announceConfig(services, repo);
    copyFacts(services, repo);
    await noteReadiness(services, repo.ref);
    const today = services.catalog.byId(repo.id) ?? repo;
    return {
      private: today.private,
      visibility: today.private ? ('private' as const) : ('public' as const),
      gated: today.gated ?? (false as const),
    };
  },
});
