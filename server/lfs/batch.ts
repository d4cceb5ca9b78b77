import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import type { ObjectStore } from './objectStore.js';
import { formatLfsLink, type LfsAction } from './signedLink.js';

/** Body of a batch request (git-lfs docs/api/batch.md). */
const batchRequest = z.object({
  operation: z.enum(['upload', 'download']),
  objects: z.array(z.object({ oid: z.string(), size: z.number().int().nonnegative() })),
  hash_algo: z.string().default('sha256'),
});
const maxObjects = 10_000;
/** One client spells it `sha_256`. */
const hashAlgorithm = /^sha_?256$/i;
export type BatchRequest = z.infer<typeof batchRequest>;

interface BatchObject {
  readonly oid: string;
  readonly size: number;
  readonly authenticated?: true;
  readonly actions?: Readonly<Record<string, { href: string; expires_in: number }>>;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface BatchContext {
  readonly services: Services;
  readonly store: ObjectStore;
  readonly secret: Buffer;
  readonly row: RepoRow;
  readonly viewer: Viewer;
  readonly baseUrl: string;
  readonly nowMs: number;
}

/**
 * Answers a batch. Only this repository's grants count: an object that another repository owns is, for this one, not
 * there, so an answer never tells or hands out what somebody else stored. Proving possession means uploading it.
 */
export async function answerBatch(
  context: BatchContext,
  request: BatchRequest,
): Promise<{ transfer: 'basic'; objects: BatchObject[] }> {
  const { maxObjectBytes } = context.services.options.lfs;
  if (request.operation === 'upload') {
    const sizes = request.objects.map((object) => object.size).filter((size) => size <= maxObjectBytes);
    await requireFreeDisk(context.services, Math.max(0, ...sizes));
  }
  const answer = request.operation === 'upload' ? uploadAnswer : downloadAnswer;
  return { transfer: 'basic', objects: await Promise.all(request.objects.map((object) => answer(context, object))) };
}

async function uploadAnswer(context: BatchContext, { oid, size }: { oid: string; size: number }): Promise<BatchObject> {
  if (!/^[0-9a-f]{64}$/.test(oid)) return failed({ oid, size }, 422, 'The object id is not a sha256 in lower-case hex');
  const { maxObjectBytes } = context.services.options.lfs;
  if (size > maxObjectBytes)
    return failed({ oid, size }, 422, `The object has ${size} bytes; this hub takes at most ${maxObjectBytes}`);
  // Kept for the push that will name it, however long ago it came.
  if ((await isStored(context, oid, size)) && context.services.catalog.renewLfsGrants(context.row.id, [oid]) === 1)
    return { oid, size, authenticated: true };
  return {
    oid,
    size,
    authenticated: true,
    actions: { upload: link(context, 'upload', oid, size), verify: link(context, 'verify', oid, size) },
  };
}

async function downloadAnswer(
  context: BatchContext,
  { oid, size }: { oid: string; size: number },
): Promise<BatchObject> {
  if (!(await isStored(context, oid, size))) return failed({ oid, size }, 404, 'The object is not in this repository');
  return { oid, size, authenticated: true, actions: { download: link(context, 'download', oid, size) } };
}

async function isStored({ services, store, row }: BatchContext, oid: string, size: number): Promise<boolean> {
  return services.catalog.hasLfsGrant(row.id, oid) && (await store.sizeOf(oid)) === size;
}

function failed(object: { oid: string; size: number }, code: number, message: string): BatchObject {
  return { ...object, error: { code, message } };
}

function link(
  context: BatchContext,
  action: LfsAction,
  oid: string,
  sizeBytes: number,
): { href: string; expires_in: number } {
  const seconds = context.services.options.lfs.linkSeconds;
  const userId = context.viewer.kind === 'user' ? context.viewer.user.id : 0;
  const path = formatLfsLink(
    { action, repoId: context.row.id, oid, sizeBytes, userId, expiresAtMs: context.nowMs + seconds * 1000 },
    context.secret,
  );
  return { href: context.baseUrl + path, expires_in: seconds };
}

/** @throws HubError BAD_REQUEST, LFS_HASH_UNKNOWN, LFS_BATCH_TOO_LARGE */
export function parseBatchRequest(body: unknown): BatchRequest {
  const parsed = batchRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new HubError('BAD_REQUEST', { reason: `LFS batch: ${issue.path.join('.')}: ${issue.message}` });
  }
  const { hash_algo: hash, objects } = parsed.data;
  if (!hashAlgorithm.test(hash)) throw new HubError('LFS_HASH_UNKNOWN', { hash });
  if (objects.length > maxObjects) throw new HubError('LFS_BATCH_TOO_LARGE');
  return parsed.data;
}
