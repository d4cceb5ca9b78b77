import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { SqliteDatabase } from '../../config/database.js';
import type { DataFolder } from '../../config/dataFolder.js';
import { HubError } from '../../config/errors.js';
import { syncFolder } from '../storage/syncFolder.js';
import { type BodyLimit, writeBody } from '../storage/writeBody.js';
import { type ChunkHeader, chunkHeaderBytes, decodeChunk, maxXorbBytes, parseChunkHeader, walkXorb } from './xorb.js';

/*
 * Xorbs as they came, `xet/<epoch>/<user>/<hash>`, and in hub.sqlite who sent them. Their names are what the client says: a
 * name means something only to the user who gave it, so nobody can put other bytes under a name that somebody else uses, nor
 * build a file of what others sent.
 */

/** So many bytes of chunks are read at once. */
const readBytes = 1_048_576;
const dayMs = 86_400_000;
const unfinished = '.part';
export const xorbLimit: BodyLimit = {
  maxBytes: maxXorbBytes,
  tooMuch: () => new HubError('TOO_LARGE', { what: 'The xorb', limitBytes: maxXorbBytes }),
};

/** Whose xorbs: those of one user in one epoch. */
export interface Owner {
  readonly epoch: string;
  readonly userId: number;
}

/** A xorb that is there. */
export interface StoredXorb {
  readonly file: string;
  /** Where each chunk ends. */
  readonly chunkEnds: readonly number[];
}

export interface XorbStore {
  /** The epoch that uploads begin in now; opens one where the last is too old, or its folder is gone. */
  currentEpoch(): Promise<string>;
  isOpen(epoch: string): boolean;
  /** null when this user did not send it. */
  find(owner: Owner, hash: string): Promise<StoredXorb | null>;
  /** Streams one to the disk; when this comes back it survives a power cut. @throws HubError XET_INVALID, TOO_LARGE */
  receive(owner: Owner, hash: string, body: Readable): Promise<void>;
  /** Drops epochs that ended long enough ago. @returns their ids */
  dropOld(nowMs: number): Promise<readonly string[]>;
}

interface Settings {
  /** An epoch lasts so long… */
  readonly epochDays: number;
  /** …and its xorbs so much longer: uploads that began in it end in it. */
  readonly graceDays: number;
}

export function createXorbStore(
  { db, data, now }: { db: SqliteDatabase; data: Pick<DataFolder, 'xorbs'>; now: () => number },
  { epochDays, graceDays }: Settings,
): XorbStore {
  const selectEpochs = db.prepare<[], { id: string; opened_at: number }>(
    'SELECT id, opened_at FROM xet_epochs ORDER BY opened_at DESC, id',
  );
  const selectXorb = db.prepare<[string, number, string], { size: number; chunk_ends: Buffer }>(
    'SELECT size, chunk_ends FROM xet_xorbs WHERE epoch = ? AND user_id = ? AND hash = ?',
  );
  const insertXorb = db.prepare(
    'INSERT OR REPLACE INTO xet_xorbs (epoch, user_id, hash, size, chunk_ends) VALUES (?, ?, ?, ?, ?)',
  );
  const anyXorb = db.prepare<[string]>('SELECT 1 FROM xet_xorbs WHERE epoch = ? LIMIT 1');
  const deleteEpoch = db.prepare('DELETE FROM xet_epochs WHERE id = ?');
  const folderOf = (epoch: string): string => path.join(data.xorbs, epoch);
  const fileOf = ({ epoch, userId }: Owner, hash: string): string => path.join(data.xorbs, epoch, String(userId), hash);

  // Xorbs are in no backup: what hub.sqlite says of those that a restored hub does not have is forgotten.
  for (const { id } of selectEpochs.all()) if (!existsSync(folderOf(id))) deleteEpoch.run(id);

  async function openEpoch(): Promise<string> {
    const id = randomBytes(8).toString('hex');
    await mkdir(folderOf(id), { recursive: true, mode: 0o700 });
    db.prepare('INSERT INTO xet_epochs (id, opened_at) VALUES (?, ?)').run(id, now());
    return id;
  }
  let opening: Promise<string> | null = null;

  return {
    async currentEpoch() {
      const [newest] = selectEpochs.all();
      // One in which nothing was sent is as good as new.
      const isOver = newest && now() - newest.opened_at >= epochDays * dayMs && anyXorb.get(newest.id) !== undefined;
      if (newest && !isOver && existsSync(folderOf(newest.id))) return newest.id;
      opening ??= openEpoch().finally(() => {
        opening = null;
      });
      return opening;
    },
    isOpen: (epoch) => selectEpochs.all().some(({ id }) => id === epoch),
    async find(owner, hash) {
      const row = selectXorb.get(owner.epoch, owner.userId, hash);
      const file = fileOf(owner, hash);
      const found = row && (await stat(file).catch(() => null));
      if (!row || found?.size !== row.size) return null;
      return { file, chunkEnds: readEnds(row.chunk_ends) };
    },
    async receive(owner, hash, body) {
      const folder = path.join(folderOf(owner.epoch), String(owner.userId));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = path.join(folder, `${randomBytes(8).toString('hex')}${unfinished}`);
      const file = await open(temporary, 'wx', 0o600);
      try {
        const { sizeBytes, chunkEnds } = await write(body, file);
        await file.datasync();
        await file.close();
        await rename(temporary, fileOf(owner, hash));
        await syncFolder(folder);
        insertXorb.run(owner.epoch, owner.userId, hash, sizeBytes, writeEnds(chunkEnds));
      } finally {
        await file.close().catch(() => {});
        await unlink(temporary).catch(() => {});
      }
    },
    async dropOld(nowMs) {
      const epochs = selectEpochs.all();
      // The one after ended it, when it began.
      const old = epochs.filter((_, at) => at > 0 && nowMs - epochs[at - 1]!.opened_at >= graceDays * dayMs);
      for (const { id } of old) {
        deleteEpoch.run(id);
        await rm(folderOf(id), { recursive: true, force: true });
      }
      await sweepUnfinished(data.xorbs, nowMs - dayMs);
      return old.map(({ id }) => id);
    },
  };
}

/** What a hub that was killed left of xorbs that were on their way. */
async function sweepUnfinished(folder: string, beforeMs: number): Promise<void> {
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (!name.endsWith(unfinished)) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < beforeMs) await rm(file, { force: true });
  }
}

async function write(body: Readable, file: FileHandle): Promise<{ sizeBytes: number; chunkEnds: readonly number[] }> {
  const walk = walkXorb();
  const sizeBytes = await writeBody(body, file, { see: (bytes) => walk.push(bytes), limit: xorbLimit });
  return { sizeBytes, chunkEnds: walk.end() };
}

/** The raw bytes of chunks that follow one another, some at a time. @throws HubError XET_INVALID */
export async function* readChunks(
  { file, chunkEnds }: StoredXorb,
  firstChunk: number,
  endChunk: number,
): AsyncGenerator<Buffer> {
  if (endChunk > chunkEnds.length) {
    throw new HubError('XET_INVALID', {
      reason: `The shard names chunk ${endChunk - 1} of a xorb that has ${chunkEnds.length}`,
    });
  }
  const handle = await open(file, 'r');
  try {
    for (let chunk = firstChunk; chunk < endChunk; ) {
      const start = chunk === 0 ? 0 : chunkEnds[chunk - 1]!;
      let next = chunk + 1;
      while (next < endChunk && chunkEnds[next]! - start <= readBytes) next += 1;
      const bytes = Buffer.allocUnsafe(chunkEnds[next - 1]! - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      if (bytesRead < bytes.length)
        throw new HubError('XET_INVALID', { reason: 'A xorb is cut on the disk of the hub' });
      for (let at = 0; at < bytes.length; ) {
        const header: ChunkHeader = parseChunkHeader(bytes, at);
        at += chunkHeaderBytes;
        yield decodeChunk(header, bytes.subarray(at, at + header.storedBytes));
        at += header.storedBytes;
      }
      chunk = next;
    }
  } finally {
    await handle.close();
  }
}

function writeEnds(ends: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * ends.length);
  for (const [at, end] of ends.entries()) bytes.writeUInt32LE(end, 4 * at);
  return bytes;
}

function readEnds(bytes: Buffer): readonly number[] {
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readUInt32LE(4 * at));
}
