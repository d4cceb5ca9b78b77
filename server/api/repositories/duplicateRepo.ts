import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { parseRepoId, repoId, repoPath } from '../../../config/repo.js';
import { duplicateRepository } from '../../repositories/duplicateRepository.js';
import { operation } from '../frame/operation.js';
import { hexId } from '../hexId.js';
import { signedInCaller } from './namedRepository.js';

export const duplicateRepo = operation({
  id: 'duplicateRepository',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/duplicate',
  summary: 'Makes a repository of the same branches, tags and files',
  about:
    'Needs a token that may write to the namespace of the new one. That one is private where the first is private or gated, ' +
    'unless the body says otherwise. Answers 409, with the `url` too, when it is there already.',
  access: 'fetch',
  body: {
    schema: z.object({
      repository: z.string(),
      private: z.boolean().nullish(),
      visibility: z.enum(['public', 'private', 'protected']).nullish(),
    }),
  },
  answer: z.strictObject({ url: z.string(), name: z.string(), id: z.string() }),
  async handle(services, { viewer, repo, body, request, response }) {
    signedInCaller(viewer);
    const to = parseRepoId(repo.ref.kind, body.repository);
    const asked = body.visibility ? body.visibility !== 'public' : body.private;
    try {
      const row = await duplicateRepository(services, viewer, repo, {
        to,
        private: asked ?? (repo.private || repo.gated !== null),
      });
      return {
        url: request.baseUrlOfHub + repoPath(row.ref),
        name: repoId(row.ref),
        id: hexId('repo', row),
      };
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'NAME_TAKEN') throw error;
      const text = `You already created this ${to.kind} repo`;
      const url = request.baseUrlOfHub + repoPath(services.catalog.find(to.kind, to.owner, to.name)?.ref ?? to);
      response.status(409).set('X-Error-Message', text).json({ error: text, url });
      return undefined;
    }
  },
});
