import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { HubError } from '../../config/errors.js';

/** The decoded body of a git POST. Errors of the decoder surface on the returned stream. @throws HubError BAD_REQUEST */
export function decodedBody(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return request;
  const decoder = decoderOf(encoding);
  if (!decoder) throw new HubError('BAD_REQUEST', { reason: `Content-Encoding ${encoding} is not gzip or deflate` });
  request.on('error', (error) => decoder.destroy(error));
  return request.pipe(decoder);
}

function decoderOf(encoding: string): Transform | null {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  return null;
}
