import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

export interface CatFileObject {
  readonly oid: string;
  /** 'missing' when there is no such object; content is then empty. */
  readonly type: 'blob' | 'tree' | 'commit' | 'tag' | 'missing';
  readonly sizeBytes: number;
  /** Empty when only headers were asked for. */
  readonly content: Buffer;
}

/** Writes object names for `git cat-file --batch`, waiting whenever the pipe is full. */
export async function catFileRequests(oids: readonly string[], stdin: Writable): Promise<void> {
  for (let at = 0; at < oids.length; at += 1000) {
    if (stdin.destroyed) return;
    if (!stdin.write(`${oids.slice(at, at + 1000).join('\n')}\n`)) {
      await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]);
    }
  }
  stdin.end();
}

/**
 * Objects of a `git cat-file` answer: `<oid> <type> <size>\n`, with `--batch` then `<content>\n`; or `<name> missing\n`.
 * @param headersOnly for `--batch-check`
 */
export async function* parseCatFile(stdout: Readable, headersOnly = false): AsyncGenerator<CatFileObject> {
  let buffer: Buffer = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for await (const chunk of stdout) {
    waiting.push(chunk as Buffer);
    waitingBytes += (chunk as Buffer).length;
    // Joined once an object is there whole: joining at each chunk would copy a large one hundreds of times.
    if (buffer.length + waitingBytes < bytesOfFirst(buffer, headersOnly)) continue;
    buffer = Buffer.concat([buffer, ...waiting]);
    waiting = [];
    waitingBytes = 0;
    let at = 0;
    for (;;) {
      const parsed = parseOne(buffer, at, headersOnly);
      if (!parsed) break;
      at = parsed.end;
      yield parsed.object;
    }
    if (at > 0) buffer = buffer.subarray(at);
  }
}

/** Length of the answer that the buffer begins with; 0 while its head is not there. */
function bytesOfFirst(buffer: Buffer, headersOnly: boolean): number {
  const newline = buffer.indexOf(10);
  if (newline < 0 || headersOnly) return 0;
  const size = buffer.toString('utf8', 0, newline).split(' ')[2];
  return size === undefined ? 0 : newline + 1 + Number(size) + 1;
}

function parseOne(buffer: Buffer, start: number, headersOnly: boolean): { object: CatFileObject; end: number } | null {
  const newline = buffer.indexOf(10, start);
  if (newline < 0) return null;
  const [oid = '', type = '', size] = buffer.toString('utf8', start, newline).split(' ');
  const empty = Buffer.alloc(0);
  if (size === undefined) return { object: { oid, type: 'missing', sizeBytes: 0, content: empty }, end: newline + 1 };
  const known = { oid, type: type as CatFileObject['type'], sizeBytes: Number(size) };
  if (headersOnly) return { object: { ...known, content: empty }, end: newline + 1 };
  const from = newline + 1;
  const to = from + Number(size);
  if (buffer.length < to + 1) return null;
  return {
    object: { ...known, content: Buffer.from(buffer.subarray(from, to)) },
    end: to + 1,
  };
}
