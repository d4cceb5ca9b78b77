import { git } from '../../indexer/repository/gitCommand.js';
import { maxPointerBytes, parseLfsPointer } from '../../indexer/repository/lfsPointer.js';
import { batchContents } from '../maintenance/batchContents.js';

export interface PointerFile {
  /** A path that it has in some commit. */
  readonly path: string;
  /** Blob of the pointer. */
  readonly blobId: string;
}

const withinMs = 120_000;

/** Every LFS pointer in the history of the refs, by the sha256 of its object; pointers of other spelling name it too. */
export async function pointersInHistory(folder: string): Promise<ReadonlyMap<string, readonly PointerFile[]>> {
  const found = new Map<string, PointerFile[]>();
  const listed = await git(folder, ['rev-list', '--objects', '--all'], { timeoutMs: withinMs });
  const named = listed
    .toString('utf8')
    .split('\n')
    .filter((line) => line.length > 41);
  const small = await smallBlobs(folder, named);
  for (let at = 0; at < small.length; at += 10_000) {
    const part = small.slice(at, at + 10_000);
    const input = `${part.map(({ blobId }) => blobId).join('\n')}\n`;
    const contents = await git(folder, ['cat-file', '--batch'], { input, timeoutMs: withinMs });
    let index = 0;
    for (const content of batchContents(contents)) {
      const pointer = parseLfsPointer(content);
      const file = part[index++];
      if (!pointer || !file) continue;
      const files = found.get(pointer.oid) ?? [];
      files.push(file);
      found.set(pointer.oid, files);
    }
  }
  return found;
}

/** Of lines `<oid> <path>`: the blobs that are small enough for a pointer. */
async function smallBlobs(folder: string, named: readonly string[]): Promise<readonly PointerFile[]> {
  const format = '--batch-check=%(objecttype) %(objectsize) %(objectname) %(rest)';
  const output = await git(folder, ['cat-file', format], { input: `${named.join('\n')}\n`, timeoutMs: withinMs });
  return output
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      const [, type, size, blobId, path] = /^(\w+) (\d+) ([0-9a-f]{40}) (.+)$/.exec(line) ?? [];
      const isSmall = type === 'blob' && Number(size) >= 100 && Number(size) <= maxPointerBytes;
      return isSmall ? [{ blobId: blobId!, path: path! }] : [];
    });
}
