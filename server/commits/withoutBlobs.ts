import { spawn } from 'node:child_process';
import { HubError } from '../../config/errors.js';
import { gitEnvironment } from '../../config/gitEnvironment.js';

const withinMs = 600_000;

/**
 * All refs of a repository as git-fast-import(1) takes them, without some blobs: where a commit put one at a path, it now removes
 * what was there. Contents are not in it, they are named. @throws HubError GIT_FAILED at its end
 */
export async function* historyWithoutBlobs(repository: string, blobs: ReadonlySet<string>): AsyncGenerator<Buffer> {
  // Not before somebody reads: what a child says that ended unread is lost.
  const child = spawn(
    'git',
    [
      ...['--git-dir', repository, 'fast-export', '--all', '--no-data', '--reencode=no'],
      ...['--signed-tags=strip', '--tag-of-filtered-object=rewrite'],
    ],
    { env: gitEnvironment(), stdio: ['ignore', 'pipe', 'ignore'], timeout: withinMs, killSignal: 'SIGKILL' },
  );
  const ended = new Promise<number | null>((resolve) => child.on('error', () => resolve(-1)).on('close', resolve));
  try {
    yield* withoutBlobs(child.stdout, blobs);
    if ((await ended) !== 0) throw new HubError('GIT_FAILED', { command: 'fast-export', reason: 'it was ended' });
  } finally {
    child.kill('SIGKILL');
  }
}

/** @param stream commands of git-fast-import(1), with marks. Data (messages) may look like commands, and is passed by its length. */
export async function* withoutBlobs(stream: AsyncIterable<Buffer>, blobs: ReadonlySet<string>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let data = 0;
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (data > 0) {
        const part = rest.subarray(0, data);
        data -= part.length;
        rest = rest.subarray(part.length);
        if (part.length > 0) yield part;
        if (data > 0) break;
      }
      const end = rest.indexOf(10);
      if (end < 0) break;
      const line = rest.subarray(0, end + 1);
      rest = rest.subarray(end + 1);
      data = Number(/^data (\d+)\n$/.exec(line.toString('latin1'))?.[1] ?? 0);
      yield withoutBlob(line, blobs);
    }
  }
  if (rest.length > 0) yield rest;
}

/** `M <mode> <id> <path>` of such a blob → `D <path>`. */
function withoutBlob(line: Buffer, blobs: ReadonlySet<string>): Buffer {
  if (line[0] !== 0x4d) return line;
  const [head, blob = ''] = /^M \d+ ([0-9a-f]{40}) /.exec(line.subarray(0, 60).toString('latin1')) ?? [];
  return head && blobs.has(blob) ? Buffer.concat([Buffer.from('D '), line.subarray(head.length)]) : line;
}
