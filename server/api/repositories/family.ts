import type { ApiFamily } from '../family.js';
import { authChecks } from './authCheck.js';
import { createRepo } from './createRepo.js';
import { deleteRepo } from './deleteRepo.js';
import { duplicateRepo } from './duplicateRepo.js';
import { moveRepo } from './moveRepo.js';
import { changeSettings } from './settings.js';

export const repositoriesFamily: ApiFamily = {
  name: 'Repositories',
  about: 'Making, moving, opening and removing repositories.',
  operations: [createRepo, deleteRepo, moveRepo, duplicateRepo, changeSettings, ...authChecks],
};
