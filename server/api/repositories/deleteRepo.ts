import { z } from 'zod';
import { removeRepository } from '../../repositories/removeRepository.js';
import { operation } from '../frame/operation.js';
import { namedRepository, refOfBody } from './namedRepository.js';

export const deleteRepo = operation({
  id: 'deleteRepository',
  method: 'DELETE',
  path: '/api/repos/delete',
  summary: 'Removes a repository for ever, with its files',
  about: 'For whoever may change its settings. A name that the repository had before does not count.',
  access: 'named',
  body: {
    schema: z.object({ name: z.string(), organization: z.string().nullish(), type: z.string().nullish() }),
  },
  answer: null,
  async handle(services, { caller, body }) {
    await removeRepository(services, namedRepository(services, caller, refOfBody(caller, body)));
    return undefined;
  },
});
