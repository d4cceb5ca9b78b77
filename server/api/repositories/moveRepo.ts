import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { parseRepoId } from '../../../config/repo.js';
import { moveRepository } from '../../repositories/moveRepository.js';
import { operation } from '../frame/operation.js';
import { kindOfBody, namedRepository } from './namedRepository.js';

export const moveRepo = operation({
  id: 'moveRepository',
  method: 'POST',
  path: '/api/repos/move',
  summary: 'Renames a repository, or gives it to another namespace',
  about: 'The old name leads on, in pages, the API and git, until another repository is called so.',
  access: 'named',
  body: { schema: z.object({ fromRepo: z.string(), toRepo: z.string(), type: z.string().nullish() }) },
  answer: null,
  async handle(services, { viewer, body }) {
    const kind = kindOfBody(body.type);
    const [from, to] = [parseRepoId(kind, body.fromRepo), parseRepoId(kind, body.toRepo)];
    const row = namedRepository(services, viewer, from);
    try {
      await moveRepository(services, viewer, row, to);
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'NAME_TAKEN') throw error;
      // Words that Python's client knows.
      throw new HubError('CONFLICT', { reason: `A ${kind} repository called ${body.toRepo} already exists` });
    }
    return undefined;
  },
});
