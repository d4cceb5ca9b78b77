import { z } from 'zod';
import { pushRefused } from '../../commits/pushRefused.js';
import { pointersInHistory } from '../../lfs/lfsFiles.js';
import { cursor } from '../frame/nextLink.js';
import { operation } from '../frame/operation.js';
import { integer } from '../frame/parameters.js';
import { partOf } from '../frame/partOf.js';
import { success, successShape } from '../frame/success.js';

const maxPage = 1000;

export const listLfsFiles = operation({
  id: 'listLfsFiles',
  method: 'GET',
  path: '/api/{repoType}/{namespace}/{repo}/lfs-files',
  summary: 'Lists the objects of Git LFS that some commit of the repository names',
  about: 'The largest first. `filename` is one of the paths that an object has or had.',
  access: 'write',
  query: {
    limit: integer('Objects a page', { least: 1, most: maxPage, otherwise: maxPage }),
    cursor,
  },
  answer: z.array(
    z.strictObject({
      fileOid: z.string(),
      filename: z.string(),
      oid: z.string(),
      pushedAt: z.iso.datetime(),
      size: z.int(),
    }),
  ),
  async handle(services, call) {
    const { repo, query } = call;
    const pointers = await pointersInHistory(services.repositories.open(repo.ref).folder);
    const held = services.catalog
      .lfsGrants(repo.id)
      .filter(({ oid }) => pointers.has(oid))
      .toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.oid < b.oid ? -1 : 1));
    return partOf(call, held, query.limit).map(({ oid, sizeBytes, grantedAtMs }) => ({
      fileOid: oid,
      filename: pointers.get(oid)![0]!.path,
      oid,
      pushedAt: new Date(grantedAtMs).toISOString(),
      size: sizeBytes,
    }));
  },
});

export const deleteLfsFiles = operation({
  id: 'deleteLfsFiles',
  method: 'POST',
  path: '/api/{repoType}/{namespace}/{repo}/lfs-files/batch',
  summary: 'Takes objects of Git LFS out of the repository for good',
  about:
    'With `rewriteHistory` their files go from every commit, which gives these other ids; without, the files stay as pointers to nothing. The disk is freed when no other repository has the object.',
  access: 'write',
  body: {
    schema: z.object({
      deletions: z.object({
        sha: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(1000),
        rewriteHistory: z.boolean().default(true),
      }),
    }),
  },
  answer: successShape.extend({ deleted: z.int() }),
  async handle(services, { viewer, repo, body }) {
    const { sha, rewriteHistory } = body.deletions;
    const held = sha.filter((oid) => services.catalog.hasLfsGrant(repo.id, oid));
    if (rewriteHistory && held.length > 0) {
      const pointers = await pointersInHistory(services.repositories.open(repo.ref).folder);
      const blobs = new Set(held.flatMap((oid) => (pointers.get(oid) ?? []).map(({ blobId }) => blobId)));
      const refused = await services.commits.rewriteWithout(viewer, repo, blobs);
      if (refused.length > 0) throw pushRefused(refused);
    }
    return { ...success, deleted: services.catalog.dropLfsGrants(repo.id, held, Number.MAX_SAFE_INTEGER) };
  },
});
