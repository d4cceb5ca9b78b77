import type { ApiFamily } from '../family.js';
import { likeOperations } from './likes.js';
import { organizationOperations } from './organizations.js';
import { ownRepositories } from './ownRepositories.js';
import { userFollows, userOverview } from './users.js';
import { whoami } from './whoami.js';

export const peopleFamily: ApiFamily = {
  name: 'People',
  about: 'Who calls, who has accounts here, and what they like.',
  operations: [whoami, userOverview, ...userFollows, ...organizationOperations, ...ownRepositories, ...likeOperations],
};
