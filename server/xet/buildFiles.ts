import { Readable } from 'node:stream';
import { HubError } from '../../config/errors.js';
import type { ShardFile, Term } from './shard.js';
import { type Owner, readChunks, type StoredXorb, type XorbStore } from './xorbStore.js';

/** Tables of chunks that are kept while files are built: a file takes pieces of few xorbs by turns. */
const keptXorbs = 64;

/** Finds every xorb that the files are made of. @throws HubError XET_XORB_UNKNOWN */
export async function requireXorbs(store: XorbStore, owner: Owner, files: readonly ShardFile[]): Promise<void> {
  const hashes = new Set(files.flatMap(({ terms }) => terms.map(({ xorb }) => xorb)));
  for (const hash of hashes) await findXorb(store, owner, hash);
}

/**
 * Puts a file together of chunks. `take` reads its bytes; `onBytes` hears how many were put together.
 * @throws HubError XET_XORB_UNKNOWN, XET_INVALID, and what `take` throws
 */
export async function buildFile(
  store: XorbStore,
  owner: Owner,
  { terms }: ShardFile,
  { take, onBytes }: { take: (body: Readable) => Promise<void>; onBytes: (count: number) => void },
): Promise<void> {
  const body = Readable.from(bytesOf(store, owner, terms, onBytes));
  // Who reads it hears of errors; when it has stopped reading, nobody needs to.
  body.on('error', () => {});
  try {
    await take(body);
  } finally {
    body.destroy();
  }
}

async function* bytesOf(
  store: XorbStore,
  owner: Owner,
  terms: readonly Term[],
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  const xorbs = new Map<string, StoredXorb>();
  for (const { xorb: hash, firstChunk, endChunk, rawBytes } of terms) {
    const xorb = xorbs.get(hash) ?? (await findXorb(store, owner, hash));
    if (xorbs.size >= keptXorbs) xorbs.clear();
    xorbs.set(hash, xorb);
    let count = 0;
    for await (const bytes of readChunks(xorb, firstChunk, endChunk)) {
      count += bytes.length;
      yield bytes;
    }
    if (count !== rawBytes) throw new HubError('XET_INVALID', { reason: 'The shard names a piece of another size' });
    onBytes(count);
  }
}

async function findXorb(store: XorbStore, owner: Owner, hash: string): Promise<StoredXorb> {
  const found = await store.find(owner, hash);
  if (!found) throw new HubError('XET_XORB_UNKNOWN', { xorb: hash });
  return found;
}
