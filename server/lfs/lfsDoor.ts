import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { HubError } from '../../config/errors.js';
import type { RepoRow } from '../accounts/types.js';
import { mayPropose } from '../discussions/pushRules.js';
import { findForGit } from '../git/findForGit.js';
import { parseGitPath } from '../git/gitPath.js';
import type { Services } from '../services.js';
import { isKnown, rangeOf } from '../storage/conditions.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { answerBatch, parseBatchRequest } from './batch.js';
import { bytesOfPart, partCount, partsFile, readParts, writePart } from './multipart.js';
import type { ObjectStore } from './objectStore.js';
import { type LfsLink, parseLfsLink } from './signedLink.js';

const mediaType = 'application/vnd.git-lfs+json';
const maxBatchBytes = 4 * 1_048_576;

export interface LfsDependencies {
  readonly services: Services;
  readonly store: ObjectStore;
  readonly secret: Buffer;
}

/** Git LFS: the batch API below each repository, and the signed links it hands out (git-lfs docs/api). */
export function lfsDoor(dependencies: LfsDependencies): Router {
  const router = Router();
  router.use(batchHandler(dependencies));
  router.use('/-/lfs', linkHandler(dependencies));
  return router;
}

function batchHandler(dependencies: LfsDependencies): RequestHandler {
  return async (request, response, next) => {
    const path = parseGitPath(request.originalUrl);
    if (!path?.operation.startsWith('info/lfs/')) return next();
    if (path.operation !== 'info/lfs/objects/batch') {
      // 404 is the quiet way to say "no locking": a 200 makes git-lfs print a notice on every push.
      const message = path.operation.startsWith('info/lfs/locks') ? 'Locking is not supported' : 'Nothing here';
      response.status(404).type(mediaType).send(JSON.stringify({ message }));
      return;
    }
    if (request.method !== 'POST') throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
    const batch = parseBatchRequest(await readJson(request, response, maxBatchBytes));
    const { services, store, secret } = dependencies;
    const row = await findForGit(services, request.viewer, path, batch.operation === 'upload' ? 'propose' : 'fetch');
    const answer = await answerBatch(
      { services, store, secret, row, viewer: request.viewer, baseUrl: request.baseUrlOfHub, nowMs: Date.now() },
      batch,
    );
    response.type(mediaType).send(JSON.stringify(answer));
  };
}

/** Of a body of any type. @throws HubError LFS_BATCH_TOO_LARGE, BAD_REQUEST */
async function readJson(request: Request, response: Response, limit: number): Promise<unknown> {
  const read = express.json({ type: () => true, limit });
  await new Promise<void>((resolve, reject) => {
    read(request, response, (error?: unknown) => (error ? reject(badJson(error)) : resolve()));
  });
  return request.body;
}

function badJson(cause: unknown): HubError {
  if (isHttpError(cause) && cause.status === 413) return new HubError('LFS_BATCH_TOO_LARGE', {}, { cause });
  const reason = cause instanceof Error ? cause.message : 'the body is not JSON';
  return new HubError('BAD_REQUEST', { reason: `LFS batch: ${reason}` }, { cause });
}

function isHttpError(error: unknown): error is Error & { status: number } {
  return error instanceof Error && 'status' in error;
}

function linkHandler(dependencies: LfsDependencies): RequestHandler {
  return async (request, response) => {
    const { services, secret } = dependencies;
    const link = parseLfsLink(request.originalUrl, secret, Date.now());
    const row = link && services.catalog.byId(link.repoId);
    // Made by us but expired, for a repository since deleted, or never made by us: told alike.
    if (!link || !row || !stillAllowed(services, link, row)) throw new HubError('LFS_LINK_INVALID');
    // A connection on which nothing moves either way is cut.
    request.setTimeout(services.options.git.idleTimeoutSeconds * 1000);
    if (link.action === 'upload' && request.method === 'PUT') return upload(dependencies, row, link, request, response);
    if (link.action === 'part' && request.method === 'PUT') return uploadPart(dependencies, link, request, response);
    if (link.action === 'complete' && request.method === 'POST') {
      return completeUpload(dependencies, row, link, request, response);
    }
    if (link.action === 'verify' && request.method === 'POST') return verify(dependencies, row, link, response);
    if (link.action === 'download' && /^(GET|HEAD)$/.test(request.method)) {
      return sendObject(dependencies, row, link, request, response);
    }
    throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
  };
}

/** A link outlives neither the user's account, nor the token it was asked for with, nor the right that it was made with. */
function stillAllowed(services: Services, link: LfsLink, row: RepoRow): boolean {
  const viewer = link.userId ? services.accounts.viewerBehind(link) : ({ kind: 'anonymous' } as const);
  if (!viewer) return false;
  return link.action === 'download' ? services.can(viewer, 'fetch', row) : mayPropose(services, viewer, row);
}

async function upload(
  { services }: LfsDependencies,
  row: RepoRow,
  link: LfsLink,
  request: Request,
  response: Response,
): Promise<void> {
  requireLength(request, link.sizeBytes);
  await services.uploads.receiveNamed(row, request, link);
  response.status(200).end();
}

function requireLength(request: Request, wanted: number): void {
  const announced = request.headers['content-length'];
  if (announced === undefined || Number(announced) === wanted) return;
  throw new HubError('LFS_OBJECT_INVALID', { reason: `Content-Length is ${announced}, the batch said ${wanted}` });
}

async function uploadPart(
  { services }: LfsDependencies,
  link: LfsLink,
  request: Request,
  response: Response,
): Promise<void> {
  const part = link.part ?? 1;
  const sizeBytes = bytesOfPart(link.sizeBytes, part);
  await requireFreeDisk(services, sizeBytes);
  requireLength(request, sizeBytes);
  const etag = await writePart(services.data, link, part, request);
  response.status(200).set('ETag', `"${etag}"`).end();
}

const maxCompletionBytes = 2 * 1_048_576;

/** The parts become the object, if they are it; asked once more, it is there already. */
async function completeUpload(
  { services }: LfsDependencies,
  row: RepoRow,
  link: LfsLink,
  request: Request,
  response: Response,
): Promise<void> {
  requireParts(await readJson(request, response, maxCompletionBytes), link);
  if (!(await services.uploads.holds(row, link))) {
    // Reading 50 GiB takes longer than a connection may be silent.
    request.setTimeout(0);
    // Asked here too: for want of room the parts are not given up.
    await requireFreeDisk(services, link.sizeBytes);
    const parts = await readParts(services.data, link);
    try {
      await services.uploads.receiveNamed(row, parts, link);
    } finally {
      parts.destroy();
      await rm(partsFile(services.data, link), { force: true });
    }
  }
  response.status(200).json({ success: true });
}

/** @throws HubError LFS_OBJECT_INVALID */
function requireParts(body: unknown, { oid, sizeBytes }: LfsLink): void {
  const { oid: named, parts } = (body ?? {}) as { oid?: unknown; parts?: unknown };
  const count = partCount(sizeBytes);
  if (named === oid && Array.isArray(parts) && parts.length === count) return;
  throw new HubError('LFS_OBJECT_INVALID', { reason: `The upload is refused: it has ${count} parts of ${oid}` });
}

/** @throws HubError LFS_OBJECT_MISSING for what this repository was not given, too */
async function grantedSize(
  { services, store }: Pick<LfsDependencies, 'services' | 'store'>,
  row: RepoRow,
  { oid }: LfsLink,
): Promise<number> {
  const size = services.catalog.hasLfsGrant(row.id, oid) ? await store.sizeOf(oid) : null;
  if (size === null) throw new HubError('LFS_OBJECT_MISSING', { oid });
  return size;
}

async function verify(
  { services, store }: LfsDependencies,
  row: RepoRow,
  link: LfsLink,
  response: Response,
): Promise<void> {
  const size = await grantedSize({ services, store }, row, link);
  if (size !== link.sizeBytes)
    throw new HubError('LFS_OBJECT_INVALID', { reason: `The object has ${size} bytes, not ${link.sizeBytes}` });
  response.status(200).end();
}

async function sendObject(
  { services, store }: LfsDependencies,
  row: RepoRow,
  link: LfsLink,
  request: Request,
  response: Response,
): Promise<void> {
  const size = await grantedSize({ services, store }, row, link);
  response.set({
    'Content-Type': 'application/octet-stream',
    'Accept-Ranges': 'bytes',
    ETag: `"${link.oid}"`,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  });
  if (isKnown(request, link.oid)) {
    response.status(304).end();
    return;
  }
  // git-lfs resumes a cut download with `bytes=N-`.
  const range = rangeOf(request, response, size, link.oid);
  if (range) response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
  response.set('Content-Length', String(range ? range.end - range.start + 1 : size));
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await pipeline(store.read(link.oid, range ?? undefined), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}
