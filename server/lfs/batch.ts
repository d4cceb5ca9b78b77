import { z } from 'zod';
import { HubError } from '../../config/errors.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { partBytesOf, partCount } from './multipart.js';
import type { ObjectStore } from './objectStore.js';
import { formatLfsLink, type LfsAction } from './signedLink.js';

/** Body of a batch request (git-lfs docs/api/batch.md). */
export const batchRequest = z.object({
  operation: z.enum(['upload', 'download']),
  objects: z.array(z.object({ oid: z.string(), size: z.number().int().nonnegative() })),
  hash_algo: z.string().default('sha256'),
  transfers: z.array(z.string()).default([]),
});
const maxObjects = 10_000;
/** One client spells it `sha_256`. */
const hashAlgorithm = /^sha_?256$/i;
export type BatchRequest = z.infer<typeof batchRequest>;

const linkShape = z.object({
  href: z.url(),
  header: z.record(z.string(), z.string()).optional(),
  expires_in: z.int(),
});

const batchObject = z.object({
  oid: z.string(),
  size: z.int(),
  authenticated: z.literal(true).optional(),
  actions: z.record(z.string(), linkShape).optional(),
  error: z.object({ code: z.int(), message: z.string() }).optional(),
});

/** The answer to it: each object has actions or an error; without either the hub has it already. */
export const batchAnswer = z.object({ transfer: z.enum(['basic', 'multipart']), objects: z.array(batchObject) });

type Link = z.infer<typeof linkShape>;
type BatchObject = z.infer<typeof batchObject>;

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
export async function answerBatch(context: BatchContext, request: BatchRequest): Promise<z.infer<typeof batchAnswer>> {
  const { maxObjectBytes } = context.services.options.lfs;
  if (request.operation === 'upload') {
    const sizes = request.objects.map((object) => object.size).filter((size) => size <= maxObjectBytes);
    await requireFreeDisk(context.services, Math.max(0, ...sizes));
  }
  // git-lfs, which does not offer it, would take the links of parts for headers.
  const inParts = request.operation === 'upload' && request.transfers.includes('multipart');
  const answer = request.operation === 'upload' ? uploadAnswer : downloadAnswer;
  const objects = await Promise.all(request.objects.map((object) => answer(context, object, inParts)));
  const isAnyInParts = objects.some(({ actions }) => actions?.upload?.header);
  return { transfer: isAnyInParts ? 'multipart' : 'basic', objects };
}

async function uploadAnswer(
  context: BatchContext,
  { oid, size }: { oid: string; size: number },
  inParts: boolean,
): Promise<BatchObject> {
  if (!/^[0-9a-f]{64}$/.test(oid)) return failed({ oid, size }, 422, 'The object id is not a sha256 in lower-case hex');
  const { maxObjectBytes } = context.services.options.lfs;
  if (size > maxObjectBytes)
    return failed({ oid, size }, 422, `The object has ${size} bytes; this hub takes at most ${maxObjectBytes}`);
  // Kept for the push that will name it, however long ago it came.
  if (await context.services.uploads.holds(context.row, { oid, sizeBytes: size }))
    return { oid, size, authenticated: true };
  return {
    oid,
    size,
    authenticated: true,
    actions: {
      upload: inParts ? uploadInParts(context, oid, size) : link(context, 'upload', oid, size),
      verify: link(context, 'verify', oid, size),
    },
  };
}

async function downloadAnswer(
  context: BatchContext,
  { oid, size }: { oid: string; size: number },
): Promise<BatchObject> {
  const { services, store, row } = context;
  if (!services.catalog.hasLfsGrant(row.id, oid) || (await store.sizeOf(oid)) !== size)
    return failed({ oid, size }, 404, 'The object is not in this repository');
  return { oid, size, authenticated: true, actions: { download: link(context, 'download', oid, size) } };
}

function failed(object: { oid: string; size: number }, code: number, message: string): BatchObject {
  return { ...object, error: { code, message } };
}

/** Small ones come whole. The href is where the client says that all parts came; `header` has the address of each. */
function uploadInParts(context: BatchContext, oid: string, size: number): Link {
  const partBytes = partBytesOf(size);
  if (partBytes === null) return link(context, 'upload', oid, size);
  const header: Record<string, string> = { chunk_size: String(partBytes) };
  for (let part = 1; part <= partCount(size); part++) header[part] = link(context, 'part', oid, size, part).href;
  return { ...link(context, 'complete', oid, size), header };
}

/** Links of parts are followed one after the other. */
const partsWithinSeconds = 86_400;

function link(context: BatchContext, action: LfsAction, oid: string, sizeBytes: number, part?: number): Link {
  const isOfParts = action === 'part' || action === 'complete';
  const { linkSeconds } = context.services.options.lfs;
  const seconds = isOfParts ? Math.max(partsWithinSeconds, linkSeconds) : linkSeconds;
  const { viewer } = context;
  const [userId, tokenId] = viewer.kind === 'user' ? [viewer.user.id, viewer.tokenId ?? 0] : [0, 0];
  const expiresAtMs = context.nowMs + seconds * 1000;
  const path = formatLfsLink(
    { action, repoId: context.row.id, oid, sizeBytes, userId, tokenId, expiresAtMs, part },
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
