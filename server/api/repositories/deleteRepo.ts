import { z } from 'zod';
import { removeRepository } from '../../repositories/removeRepository.js';
import { operation } from '../frame/operation.js';
import { namedRepository, refOfBody, signedInCaller } from './namedRepository.js';

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
  async handle(services, { viewer, body }) {
    const ref = refOfBody(signedInCaller(viewer), body);
    await removeRepository(services, namedRepository(services, viewer, ref, 'manage'));
    return undefined;
  },
});
