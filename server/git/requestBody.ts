import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { HubError } from '../../config/errors.js';

/**
 * The decoded body of a git POST, at most `maxBytes` of it. Errors of the decoder and of the limit (TOO_LARGE) surface on
 * the returned stream. @throws HubError UNSUPPORTED_MEDIA
 */
export function decodedBody(request: IncomingMessage, maxBytes: number): Readable {
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const decoder = encoding === 'identity' ? null : decoderOf(encoding);
  const body = decoder ? chain(request, decoder) : request;
  return Number.isFinite(maxBytes) ? chain(body, atMost(maxBytes)) : body;
}

function decoderOf(encoding: string): Transform {
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip();
  if (encoding === 'deflate') return createInflate();
  throw new HubError('UNSUPPORTED_MEDIA', { wanted: `Content-Encoding gzip or deflate, not ${encoding}` });
}

/** `pipe` forwards no errors, and `pipeline` would end the request before its answer is written. */
function chain(from: Readable, to: Transform): Transform {
  from.on('error', (error) => to.destroy(error));
  return from.pipe(to);
}

function atMost(maxBytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total > maxBytes) done(new HubError('TOO_LARGE', { what: 'The request', limitBytes: maxBytes }));
      else done(null, chunk);
    },
  });
}
