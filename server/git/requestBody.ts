import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
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
        const capabilities = capabilitiesOf(head);
        if (capabilities) tell(capabilities.includes('quiet'));
        // 64 KiB hold the first line of any client, `shallow` lines before it included.
        if (capabilities || head.length > 65_536) head = null;
      }
      done(null, chunk);
    },
  });
}

/** Capabilities of the first packet line that has a NUL; null while it has not come, [] when there is none. */
function capabilitiesOf(head: Buffer): readonly string[] | null {
  let at = 0;
  while (at + 4 <= head.length) {
    const length = Number.parseInt(head.toString('latin1', at, at + 4), 16);
    if (!(length > 4)) return [];
    if (at + length > head.length) return null;
    const line = head.toString('latin1', at + 4, at + length);
    const nul = line.indexOf('\0');
    if (nul >= 0) return line.slice(nul + 1).trim().split(' ');
    at += length;
  }
  return null;
}
