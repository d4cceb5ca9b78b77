import type { ApiFamily } from '../family.js';
import { treeOperations } from './tree.js';

export const filesFamily: ApiFamily = {
  name: 'Files',
  about: 'What is in a repository at a revision.',
  operations: [...treeOperations],
};
