import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable, Transform } from 'node:stream';
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

/**
 * Lets a receive-pack request through and tells, from its first packet line, whether the client asked for quiet:
 * the capabilities stand after the NUL of the first `old new ref` line (gitprotocol-pack).
 */
export function quietListener(tell: (quiet: boolean) => void): Transform {
  let head: Buffer | null = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head) {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const length = Number.parseInt(head.subarray(0, 4).toString('latin1'), 16);
        if (head.length >= Math.min(length || 4, 65_520)) {
          const line = head.subarray(4, length || 4).toString('latin1');
          const capabilities = line.slice(line.indexOf('\0') + 1).trim();
          tell(capabilities.split(' ').includes('quiet'));
          head = null;
        }
      }
      done(null, chunk);
    },
  });
}

/** A stream that carries nothing: stdin of an advertisement. */
export function emptyBody(): Readable {
  const empty = new PassThrough();
  empty.end();
  return empty;
}
