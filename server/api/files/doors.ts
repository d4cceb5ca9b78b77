import { batchAnswer, batchRequest } from '../../lfs/batch.js';
import type { ApiFamily } from '../family.js';
import type { Description } from '../frame/operation.js';
import { choice } from '../frame/parameters.js';

const bytes = { mediaType: 'application/octet-stream' };
const atRevision =
  'The headers name the commit (`X-Repo-Commit`), and content and size of the file (`ETag`, `Content-Length`).';
const services = ['git-upload-pack', 'git-receive-pack'] as const;

const rows: readonly Description[] = [
  {
    id: 'resolveFile',
    method: 'GET',
    path: '/{namespace}/{repo}/resolve/{rev}/{path}',
    summary: 'The bytes of a file',
    about: `Also those of Git LFS, whose oid and size are in \`X-Linked-Etag\` and \`X-Linked-Size\`. Ranges are served. ${atRevision}`,
    access: 'fetch',
    answer: bytes,
  },
  {
    id: 'rawFile',
    method: 'GET',
    path: '/{namespace}/{repo}/raw/{rev}/{path}',
    summary: 'The bytes that git has of a file',
    about: `For a file of Git LFS these are its pointer. ${atRevision}`,
    access: 'fetch',
    answer: bytes,
  },
  {
    id: 'lfsBatch',
    method: 'POST',
    path: '/{namespace}/{repo}/info/lfs/objects/batch',
    summary: 'Where objects of Git LFS are fetched from, or sent to',
    about:
      'As git-lfs specifies its batch; the links are signed for whoever asked, and expire. To send them needs what a push needs. Transfers: `basic`, and `multipart` where it is offered.',
    access: 'fetch',
    body: { schema: batchRequest },
    answer: batchAnswer,
  },
  {
    id: 'gitAdvertisement',
    method: 'GET',
    path: '/{namespace}/{repo}/info/refs',
    summary: 'What git asks first: the refs of the repository',
    about: 'As git specifies its smart HTTP, also the next two. The password of `git` is a token.',
    access: 'fetch',
    query: { service: choice('What follows', services, 'git-upload-pack') },
    answer: { mediaType: 'application/x-git-upload-pack-advertisement' },
  },
  {
    id: 'gitUploadPack',
    method: 'POST',
    path: '/{namespace}/{repo}/git-upload-pack',
    summary: 'A clone or fetch of git',
    access: 'fetch',
    body: { mediaType: 'application/x-git-upload-pack-request', about: 'what git wants and has' },
    answer: { mediaType: 'application/x-git-upload-pack-result' },
  },
  {
    id: 'gitReceivePack',
    method: 'POST',
    path: '/{namespace}/{repo}/git-receive-pack',
    summary: 'A push of git',
    about:
      'It makes the repository where there is none and the pusher may. Who may read may push to the ref of a pull request of their own.',
    access: 'write',
    body: { mediaType: 'application/x-git-receive-pack-request', about: 'changes of refs and a pack' },
    answer: { mediaType: 'application/x-git-receive-pack-result' },
  },
];

/** What clients ask below the address of a repository's page: `/datasets/…` and `/spaces/…` stand before the ids of those. */
export const repositoryDoorsFamily: ApiFamily = {
  name: 'Bytes, git and Git LFS',
  about:
    'At the address of the repository itself, which may end with `.git` for git and Git LFS. Those of data sets and spaces begin with `/datasets` and `/spaces`.',
  router: null,
  operations: rows,
};
