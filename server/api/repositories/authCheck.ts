import { operation } from '../frame/operation.js';

const address = '/api/{repoType}/{namespace}/{repo}/auth-check';
const nothing = { answer: null, handle: () => undefined } as const;

/** The frame has answered whoever may not. */
export const authChecks = [
  operation({
    id: 'checkWriteAccess',
    method: 'GET',
    path: `${address}/write`,
    summary: 'Answers 200 where the caller may write to the repository',
    access: 'write',
    ...nothing,
  }),
  operation({
    id: 'checkAccess',
    method: 'GET',
    path: address,
    summary: 'Answers 200 where the caller may read the files of the repository',
    access: 'fetch',
    ...nothing,
  }),
];
