import type { ApiFamily } from '../family.js';
import { createCommit } from './createCommit.js';
import { deleteLfsFiles, listLfsFiles } from './lfsFiles.js';
import { preupload } from './preupload.js';
import { createBranch, createTag, deleteBranch, deleteTag, superSquash } from './refs.js';
import { validateYaml } from './validateYaml.js';

export const writingFamily: ApiFamily = {
  name: 'Writing',
  about: 'Commits, branches and tags over HTTP; they take the way of a push, with its rules.',
  operations: [
    validateYaml,
    preupload,
    createCommit,
    createBranch,
    deleteBranch,
    createTag,
    deleteTag,
    superSquash,
    deleteLfsFiles,
    listLfsFiles,
  ],
};
