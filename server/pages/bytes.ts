import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import { HubError } from '../../config/errors.js';
import { isQueryFile } from '../../config/vocabulary/queryFiles.js';
import type { TreeEntry } from '../../indexer/repository/types.js';
import type { RepoRow } from '../accounts/types.js';
import { isPictureOfCard } from '../gating/pictureOfCard.js';
import { requireFiles } from '../gating/requireFiles.js';
import { createObjectStore } from '../lfs/objectStore.js';
import { repositoryOfPage } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { isKnown, rangeOf } from '../storage/conditions.js';
import { type Place, placeOf } from './files/place.js';
import { queryOf } from './respond.js';

/** Bytes that a browser may show as they are; everything else people pushed is text or a download. */
const media = /^(image\/(png|jpeg|gif|webp|avif)|audio\/[\w.-]+|video\/[\w.-]+)$/;
const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

/** `resolve`: the real bytes of a file, ranges and validators included; what the Hub's clients download from. */
export function resolveFile(services: Services): RequestHandler {
  return sendFile(services, (entry) => entry.lfs ?? null, countDownload);
}

/** A HEAD and the range of one byte ask only what there is, and a range from the middle goes on with a download that was counted. */
function countDownload({ index, catalog }: Services, request: Request, { row, path }: Fetched): void {
  const isPart = /^bytes=(?!0-)|^bytes=0-0$/.test(request.headers.range ?? '');
  if (request.method !== 'GET' || isPart || row.ref.kind !== 'model') return;
  if (isQueryFile(index.get(row.ref)?.record?.libraryName ?? null, path)) catalog.countDownload(row.id, Date.now());
}

interface Fetched {
  readonly row: RepoRow;
  readonly path: string;
}

/** `raw`: the git blob; for an LFS file the pointer. */
export function rawFile(services: Services): RequestHandler {
  return sendFile(services, () => null);
}

function sendFile(
  services: Services,
  lfsOf: (entry: TreeEntry) => TreeEntry['lfs'] | null,
  onFetch?: (services: Services, request: Request, fetched: Fetched) => void,
): RequestHandler {
  const store = createObjectStore(services.data);
  return async (request, response) => {
    const row = repositoryOfPage(services, request, response);
    if (!row) return;
    const place = await placeOf(services, request, row);
    if (place.opens(place.path) || !(await isPictureOfCard(services, row, place)))
      requireFiles(services, request.viewer, row, place.path);
    response.set('X-Repo-Commit', place.commit);
    const repository = services.repositories.open(row.ref);
    const entry = await repository.entry(place.commit, place.path);
    if (!entry || entry.type === 'directory' || entry.type === 'submodule')
      throw new HubError('ENTRY_NOT_FOUND', { path: place.path });
    const lfs = lfsOf(entry);
    // Whatever a pointer names: bytes leave only where this repository was given them.
    if (lfs && !services.catalog.hasLfsGrant(row.id, lfs.oid))
      throw new HubError('LFS_OBJECT_MISSING', { oid: lfs.oid });
    const size = lfs ? lfs.sizeBytes : (entry.lfs?.pointerSizeBytes ?? entry.sizeBytes);
    setHeaders(request, response, place, {
      etag: lfs?.oid ?? entry.oid,
      size,
      isLfs: Boolean(lfs),
    });
    onFetch?.(services, request, { row, path: place.path });
    if (isKnown(request, lfs?.oid ?? entry.oid)) {
      response.status(304).end();
      return;
    }
    const range = rangeOf(request, response, size, lfs?.oid ?? entry.oid);
    // Whoever asks for one byte to learn the size reads it here.
    if (size === 0 && request.headers.range) response.set('Content-Range', 'bytes */0');
    if (range) response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${size}`);
    response.set('Content-Length', String(range ? range.end - range.start + 1 : size));
    if (request.method === 'HEAD' || size === 0) {
      response.end();
      return;
    }
    if (lfs) {
      if ((await store.sizeOf(lfs.oid)) === null) throw new HubError('LFS_OBJECT_MISSING', { oid: lfs.oid });
      await sendStream(store.read(lfs.oid, range ?? undefined), response);
    } else if (range)
      response.end((await repository.blob(entry.oid, 64 * 1_048_576)).subarray(range.start, range.end + 1));
    else await sendStream(await repository.blobStream(entry.oid), response);
  };
}

async function sendStream(stream: NodeJS.ReadableStream, response: Response): Promise<void> {
  await pipeline(stream, response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

function setHeaders(
  request: Request,
  response: Response,
  { path }: Place,
  file: { etag: string; size: number; isLfs: boolean },
): void {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const type = types[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
  const isMedia = type !== undefined && media.test(type);
  const isDrawing = /\.svg$/i.test(name);
  if (isDrawing) response.vary('Accept');
  const kind = queryOf(request).get('download') === 'true' ? 'attachment' : 'inline';
  response.set({
    ETag: `"${file.etag}"`,
    'Accept-Ranges': 'bytes',
    'Content-Type': isMedia ? type : isDrawing && isForImage(request) ? 'image/svg+xml' : plainType(file),
    'Content-Disposition': `${kind}; filename*=UTF-8''${encodeURIComponent(name)}; filename="${name.replace(/[^\x20-\x7e]|["\\]/g, '_')}"`,
    'X-Content-Type-Options': 'nosniff',
    // Sandboxed, a browser would refuse to play media.
    'Content-Security-Policy': isMedia
      ? "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'"
      : "sandbox; default-src 'none'",
    'Cache-Control': 'private, no-cache',
    ...(file.isLfs ? { 'X-Linked-Etag': `"${file.etag}"`, 'X-Linked-Size': String(file.size) } : {}),
  });
}

/** Browsers that fetch an `<img>` name images first; whoever opens an address asks for HTML. A drawing in an image runs nothing. */
function isForImage(request: Request): boolean {
  return (request.headers.accept ?? '').startsWith('image/');
}

function plainType({ isLfs }: { readonly isLfs: boolean }): string {
  return isLfs ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
