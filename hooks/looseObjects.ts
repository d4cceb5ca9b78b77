import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, inflate, inflateSync } from 'node:zlib';
import { HubError } from '../config/errors.js';
import type { CatFileObject } from '../indexer/repository/catFile.js';
import type { ObjectInfo } from './quarantine.js';

/*
 * Loose objects (gitformat-loose): `aa/bbbb…` holds zlib of `<type> <size>\0<content>`. git unpacks a small push into them and has
 * named each by its digest itself. Read here, a small push needs no git child, where each costs 3 to 6 ms. The few and small reads
 * block: at most a hundred objects come unpacked (git-config(1), receive.unpackLimit), some 30 µs each, where a way through the
 * thread pool costs a push ten times that.
 */

export interface LooseObject extends ObjectInfo {
  /** Null = read it by `looseContent`. */
  readonly content: Buffer | null;
}

/** Compressed bytes that surely hold the `<type> <size>`: the code tables before it may take 600. */
const headBytes = 1024;
/** Files shorter than this are read whole at once. */
const smallFileBytes = 8192;
const smallContentBytes = 65_536;
const inflated = promisify(inflate);

/** @returns the objects of a folder of objects, or null when it holds packs and git has to read it */
export function looseObjects(folder: string): readonly LooseObject[] | null {
  const names = readdirSync(folder);
  if (names.includes('pack') && readdirSync(path.join(folder, 'pack')).length > 0) return null;
  return names
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((shelf) => readdirSync(path.join(folder, shelf)).map((rest) => shelf + rest))
    .filter(isOid)
    .map((oid) => looseObject(folder, oid));
}

/** Whole content. @throws HubError GIT_FAILED when the file is not what its head says */
export async function looseContent(folder: string, { content: known, ...info }: LooseObject): Promise<CatFileObject> {
  if (known) return { ...info, content: known };
  const limit = info.sizeBytes + headBytes;
  const bytes = await inflated(await readFile(fileOf(folder, info.oid)), { maxOutputLength: limit });
  return { ...info, content: contentOf(bytes, info) };
}

function looseObject(folder: string, oid: string): LooseObject {
  const bytes = beginning(fileOf(folder, oid));
  const head = inflateSync(bytes.subarray(0, headBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  const match = /^(blob|tree|commit|tag) (\d+)\0/.exec(head.toString('latin1', 0, 64));
  if (!match) throw broken(oid);
  const info = { oid, type: match[1] as ObjectInfo['type'], sizeBytes: Number(match[2]) };
  const isSmall = bytes.length < smallFileBytes && info.sizeBytes <= smallContentBytes;
  if (!isSmall) return { ...info, content: null };
  return { ...info, content: contentOf(inflateSync(bytes, { maxOutputLength: info.sizeBytes + headBytes }), info) };
}

function beginning(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(smallFileBytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, smallFileBytes, 0));
  } finally {
    closeSync(descriptor);
  }
}

function contentOf(bytes: Buffer, { oid, sizeBytes }: ObjectInfo): Buffer {
  const content = bytes.subarray(bytes.indexOf(0) + 1);
  if (content.length !== sizeBytes) throw broken(oid);
  return content;
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
