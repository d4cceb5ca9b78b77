import type { ApiFamily } from '../family.js';
import { whoami } from './whoami.js';

export const peopleFamily: ApiFamily = {
  name: 'People',
  about: 'Who calls, and who has accounts here.',
  operations: [whoami],
};
