import type { ApiFamily } from '../family.js';
import { changeOperations } from './changes.js';
import { createDiscussion, discussionDetails, listDiscussions } from './discussions.js';

export const discussionsFamily: ApiFamily = {
  name: 'Discussions and pull requests',
  about:
    'Both are counted together in a repository. The commits of pull request N are on `refs/pr/N`, which its author pushes to, whether or not they may write the repository.',
  operations: [...changeOperations, discussionDetails, listDiscussions, createDiscussion],
};
