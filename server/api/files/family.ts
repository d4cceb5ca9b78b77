import type { ApiFamily } from '../family.js';
import { listCommits } from './commits.js';
import { getPathsInfo } from './pathsInfo.js';
import { listRefs } from './refs.js';
import { treeOperations } from './tree.js';

export const filesFamily: ApiFamily = {
  name: 'Files',
  about: 'What is in a repository at a revision, and how it came there.',
  operations: [...treeOperations, getPathsInfo, listRefs, listCommits],
};
