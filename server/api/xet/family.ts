import { z } from 'zod';
import type { ApiFamily } from '../family.js';
import { operation } from '../frame/operation.js';
import { flag } from '../frame/parameters.js';
import { accessForCommit } from '../writing/accessForCommit.js';
import { uploadDoorRows, uploadDoors } from './uploadDoors.js';

const getXetWriteToken = operation({
  id: 'getXetWriteToken',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/xet-write-token/{rev}',
  summary: 'Where large files may be sent by Xet, and a token for it',
  about:
    'Also in the headers `X-Xet-Cas-Url`, `X-Xet-Access-Token` and `X-Xet-Token-Expiration`. The token counts for this user and this repository, whatever the revision. What is sent becomes part of the repository by a commit that names it.',
  access: 'write',
  query: { create_pr: flag('The files are for a pull request: who may read may ask') },
  accessFor: accessForCommit,
  answer: z.strictObject({ casUrl: z.url(), accessToken: z.string(), exp: z.int() }),
  async handle({ xet }, { viewer, repo, query, place, request, response }) {
    const isForPull = accessForCommit(query, place) === 'discuss';
    const { path, token, expires } = await xet.open(viewer, repo, isForPull);
    const casUrl = request.baseUrlOfHub + path;
    response.set({
      'Cache-Control': 'no-store',
      'X-Xet-Cas-Url': casUrl,
      'X-Xet-Access-Token': token,
      'X-Xet-Token-Expiration': String(expires),
    });
    return { casUrl, accessToken: token, exp: expires };
  },
});

export const xetFamily: ApiFamily = {
  name: 'Uploads by Xet',
  about: 'How Python’s client sends large files. See /docs/hub/repositories-git-lfs#xet.',
  operations: [getXetWriteToken],
};

export const xetDoorsFamily: ApiFamily = {
  name: 'Doors of Xet',
  about: 'What clients of Xet send to. Files are read as everywhere else, by `resolve`.',
  router: uploadDoors,
  operations: uploadDoorRows,
};
