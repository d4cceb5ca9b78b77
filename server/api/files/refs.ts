import { z } from 'zod';
import { operation } from '../frame/operation.js';
import { flag } from '../frame/parameters.js';

const gitRef = z.strictObject({ name: z.string(), ref: z.string(), targetCommit: z.string() });

export const listRefs = operation({
  id: 'listRefs',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/refs',
  summary: 'Branches, tags and, when asked, the refs of pull requests',
  access: 'read',
  query: { include_prs: flag('Also those of pull requests') },
  answer: z.strictObject({
    branches: z.array(gitRef),
    converts: z.array(gitRef),
    tags: z.array(gitRef),
    pullRequests: z.array(gitRef).optional(),
  }),
  async handle({ repositories }, { repo, query }) {
    const refs = await repositories.open(repo.ref).refs();
    const below = (prefix: string) =>
      refs
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ name, oid }) => ({ name: name.slice(prefix.length), ref: name, targetCommit: oid }));
    return {
      branches: below('refs/heads/'),
      converts: below('refs/convert/'),
      tags: below('refs/tags/'),
      ...(query.include_prs ? { pullRequests: below('refs/pr/') } : {}),
    };
  },
});
