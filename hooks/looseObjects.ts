import { open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';
import { HubError } from '../config/errors.js';
import type { CatFileObject } from '../indexer/repository/catFile.js';
import type { ObjectInfo } from './quarantine.js';

/*
 * Loose objects (gitformat-loose): `aa/bbbb…` holds zlib of `<type> <size>\0<content>`. git unpacks a small push into them and has
 * named each by its digest itself. Read here, a small push needs no git child, where each costs 3 to 6 ms.
 */

/** Compressed bytes that surely hold the `<type> <size>`: the code tables before it may take 600. */
const headBytes = 1024;
const inflated = promisify(inflate);

/** @returns the objects of a folder of objects, or null when it holds packs and git has to read it */
export async function looseObjects(folder: string): Promise<readonly ObjectInfo[] | null> {
  const names = await readdir(folder);
  if (names.includes('pack') && (await readdir(path.join(folder, 'pack'))).length > 0) return null;
  const shelves = names.filter((name) => /^[0-9a-f]{2}$/.test(name));
  const oids = await Promise.all(
    shelves.map(async (shelf) => (await readdir(path.join(folder, shelf))).map((rest) => shelf + rest)),
  );
  return Promise.all(
    oids
      .flat()
      .filter(isOid)
      .map((oid) => looseInfo(folder, oid)),
  );
}

/** Whole content. @throws HubError GIT_FAILED when the file is not what its head says */
export async function looseContent(folder: string, info: ObjectInfo): Promise<CatFileObject> {
  const limit = info.sizeBytes + headBytes;
  const bytes = await inflated(await readFile(fileOf(folder, info.oid)), { maxOutputLength: limit });
  const content = bytes.subarray(bytes.indexOf(0) + 1);
  if (content.length !== info.sizeBytes) throw broken(info.oid);
  return { ...info, content };
}

async function looseInfo(folder: string, oid: string): Promise<ObjectInfo> {
  const file = await open(fileOf(folder, oid));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = inflateSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH });
    const match = /^(blob|tree|commit|tag) (\d+)\0/.exec(head.toString('latin1', 0, 64));
    if (!match) throw broken(oid);
    return { oid, type: match[1] as ObjectInfo['type'], sizeBytes: Number(match[2]) };
  } finally {
    await file.close();
  }
}

function fileOf(folder: string, oid: string): string {
  return path.join(folder, oid.slice(0, 2), oid.slice(2));
}

function isOid(name: string): boolean {
  return /^[0-9a-f]{40}$/.test(name);
}

function broken(oid: string): HubError {
  return new HubError('GIT_FAILED', { command: 'unpack-objects', reason: `object ${oid} does not read` });
}
