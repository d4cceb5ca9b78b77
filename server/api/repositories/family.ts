import type { ApiFamily } from '../family.js';
import { createRepo } from './createRepo.js';

export const repositoriesFamily: ApiFamily = {
  name: 'Repositories',
  about: 'Making repositories, and what they are called.',
  operations: [createRepo],
};
