import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { HubError, toHubError } from '../../../config/errors.js';
import { setErrorHeaders } from '../../errorHeaders.js';
import type { StoredObject } from '../../lfs/objectStore.js';
import type { Services } from '../../services.js';
import type { WritingPlace } from './writingPlace.js';

const maxFiles = 200;
const maxFieldBytes = 40_000;

/** Requests that may bring gigabytes: they are cut when nothing moves, not when they take long. */
export function isUpload({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && /^(?:\/datasets)?\/[^/?]+\/[^/?]+\/upload\/[^?]/.test(url);
}

/** One file as the bytes of a request, for the script of the page: answers `{oid, size}`, or `{error}`. */
export async function receiveFile(
  services: Services,
  request: Request,
  response: Response,
  { row }: WritingPlace,
): Promise<void> {
  request.setTimeout(services.options.git.idleTimeoutSeconds * 1000);
  response.set('Cache-Control', 'no-store');
  try {
    const { oid, sizeBytes } = await services.uploads.receive(row, request, announcedBytes(request));
    response.json({ oid, size: sizeBytes });
  } catch (thrown) {
    const error = toHubError(thrown);
    if (error.code === 'INTERNAL') throw thrown;
    request.resume();
    setErrorHeaders(response, error);
    response.status(error.status).json({ error: error.message });
  }
}

/**
 * Whether this repository was given a file before, for the script of the page: what others were given is not told. Answers
 * `{oid, size}`, or null.
 */
export async function tellStored(
  services: Services,
  asked: URLSearchParams,
  response: Response,
  { row }: WritingPlace,
): Promise<void> {
  const [oid, sizeBytes] = [asked.get('holds') ?? '', Number(asked.get('size') ?? Number.NaN)];
  const isHeld = /^[0-9a-f]{64}$/.test(oid) && (await services.uploads.holds(row, { oid, sizeBytes }));
  response.set('Cache-Control', 'no-store').json(isHeld ? { oid, size: sizeBytes } : null);
}

/** @throws HubError BAD_REQUEST without Content-Length: the free disk is asked before the bytes come */
function announcedBytes(request: Request): number {
  const length = request.headers['content-length'];
  if (length === undefined) throw new HubError('BAD_REQUEST', { reason: 'Content-Length is needed' });
  return Number(length);
}

/** A file of a form: its name and where its bytes are now. */
export interface ReceivedFile extends StoredObject {
  readonly name: string;
}

export interface UploadedForm {
  /** Fields by name, the last of each. */
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly ReceivedFile[];
  /** Why files were not taken; those that were stay in `files`. */
  readonly failure: HubError | null;
}

/**
 * Reads a form with files, which go to the disk as they come. The whole body is read, whatever fails: a browser shows no answer
 * before it has sent all.
 * @param check called with the fields that came before the first file @throws what `check` throws; HubError BAD_REQUEST
 */
export async function receiveForm(
  services: Services,
  request: Request,
  { row }: WritingPlace,
  check: (fields: Readonly<Record<string, string>>) => void,
): Promise<UploadedForm> {
  request.setTimeout(services.options.git.idleTimeoutSeconds * 1000);
  const announced = announcedBytes(request);
  const { Busboy } = await import('@fastify/busboy');
  const fields: Record<string, string> = {};
  const storing: Promise<ReceivedFile | null>[] = [];
  let failure: unknown = null;
  let current: Readable | null = null;
  const parser = new Busboy({
    headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
    limits: { files: maxFiles, fields: 5 * maxFiles, fieldSize: maxFieldBytes, headerPairs: 50 },
  });
  parser.on('field', (name, value) => {
    fields[name] = value;
  });
  parser.on('filesLimit', () => {
    failure ??= new HubError('BAD_REQUEST', { reason: `More than ${maxFiles} files at once are not taken` });
  });
  parser.on('file', (_field, stream, name) => {
    if (storing.length === 0) failure ??= thrownBy(() => check(fields));
    // Of no file that was chosen a form sends an empty one.
    if (!name || failure) {
      stream.resume();
      return;
    }
    current = stream;
    const stored = services.uploads.receive(row, stream, announced);
    storing.push(
      stored.then(
        // Browsers write a quotation mark so (HTML, "Multipart form data"), and no other sign but line ends.
        (object) => ({ name: name.replace(/%22/g, '"'), ...object }),
        (error: unknown) => {
          failure ??= error;
          stream.resume();
          return null;
        },
      ),
    );
  });
  await new Promise<void>((resolve, reject) => {
    parser.once('finish', resolve);
    parser.once('error', (cause: unknown) =>
      reject(new HubError('BAD_REQUEST', { reason: 'The form cannot be read' }, { cause })),
    );
    request.once('close', () => {
      if (request.complete) return;
      const cut = new HubError('BAD_REQUEST', { reason: 'The upload was cut' });
      current?.destroy(cut);
      reject(cut);
    });
    request.pipe(parser);
  }).finally(() => request.unpipe(parser).resume());
  const files = (await Promise.all(storing)).filter((file) => file !== null);
  failure ??= storing.length === 0 ? thrownBy(() => check(fields)) : null;
  return { fields, files, failure: failure ? toHubError(failure) : null };
}

function thrownBy(check: () => void): unknown {
  try {
    check();
    return null;
  } catch (error) {
    return error;
  }
}
