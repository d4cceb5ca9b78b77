import type { ApiFamily } from '../family.js';
import { decideOperations } from './decide.js';
import { listRequests } from './listRequests.js';

export const gatingFamily: ApiFamily = {
  name: 'Gated repositories',
  about: 'Who asked for the files of a gated repository, and who has them.',
  operations: [listRequests, ...decideOperations],
};
