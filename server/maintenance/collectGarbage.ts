import { rmSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { git } from '../../indexer/repository/gitCommand.js';
import { maxPointerBytes, parseLfsPointer } from '../../indexer/repository/lfsPointer.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { batchContents } from './batchContents.js';
import { quarantineName } from './sweepLeftovers.js';

export interface Garbage {
  readonly grantsDropped: number;
  readonly objectsRemoved: number;
  readonly bytesFreed: number;
}

/**
 * Frees LFS objects that no repository names: grants whose oid stands in no reachable pointer go first, then stored objects
 * without a grant. Both only after the grace period, since an upload comes before the push that names it.
 */
export async function collectGarbage(services: Services, nowMs: number): Promise<Garbage> {
  const graceMs = services.options.maintenance.gcGraceHours * 3_600_000;
  let grantsDropped = 0;
  for (const row of services.catalog.all()) grantsDropped += await dropUnnamed(services, row, nowMs - graceMs);
  const granted = new Set(services.catalog.allGrantedOids());
  let objectsRemoved = 0;
  let bytesFreed = 0;
  for await (const file of storedObjects(services.data.lfsObjects)) {
    const oid = path.basename(file);
    const found = granted.has(oid) ? null : await stat(file).catch(() => null);
    if (!found || found.mtimeMs > nowMs - graceMs) continue;
    // Asked and done in one step: an upload that ends meanwhile grants what is there already.
    if (services.catalog.isLfsGranted(oid)) continue;
    rmSync(file, { force: true });
    objectsRemoved += 1;
    bytesFreed += found.size;
  }
  await sweepUploads(services.data.lfsTemporary, nowMs);
  return { grantsDropped, objectsRemoved, bytesFreed };
}

async function dropUnnamed({ catalog, repositories, data }: Services, row: RepoRow, beforeMs: number): Promise<number> {
  const grants = catalog.lfsGrants(row.id);
  if (grants.length === 0 || !repositories.exists(row.ref)) return 0;
  const folder = data.repository(row.ref);
  // A push that was checked before now names its objects where they are not listed yet; a later one renews its grants.
  if (await isReceiving(folder)) return 0;
  const named = await namedObjects(folder);
  const unnamed: string[] = [];
  for (const { oid, grantedAtMs } of grants) {
    // An object stored long ago may have been granted just now, for a push that is still on its way.
    if (named.has(oid) || grantedAtMs > beforeMs) continue;
    const stored = await stat(data.lfsObject(oid)).catch(() => null);
    if (!stored || stored.mtimeMs < beforeMs) unnamed.push(oid);
  }
  return catalog.dropLfsGrants(row.id, unnamed, beforeMs);
}

/** Whether git holds objects of a push in quarantine. */
async function isReceiving(folder: string): Promise<boolean> {
  return (await readdir(path.join(folder, 'objects'))).some((name) => quarantineName.test(name));
}

/** sha256 of every LFS pointer in any object of a repository, reachable or not: an open push may need it. */
async function namedObjects(folder: string): Promise<ReadonlySet<string>> {
  const list = await git(
    folder,
    ['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objecttype) %(objectsize) %(objectname)'],
    { timeoutMs: 600_000 },
  );
  const small = list
    .toString()
    .split('\n')
    .flatMap((line) => {
      const [type, size, oid] = line.split(' ');
      return type === 'blob' && Number(size) <= maxPointerBytes && Number(size) >= 100 ? [oid!] : [];
    });
  const named = new Set<string>();
  for (let at = 0; at < small.length; at += 10_000) {
    const contents = await git(folder, ['cat-file', '--batch'], {
      input: `${small.slice(at, at + 10_000).join('\n')}\n`,
      timeoutMs: 600_000,
    });
    for (const content of batchContents(contents)) {
      const pointer = parseLfsPointer(content);
      if (pointer) named.add(pointer.oid);
    }
  }
  return named;
}

async function* storedObjects(root: string): AsyncGenerator<string> {
  for (const first of await readdir(root).catch(() => [])) {
    for (const second of await readdir(path.join(root, first))) {
      for (const name of await readdir(path.join(root, first, second))) yield path.join(root, first, second, name);
    }
  }
}

async function sweepUploads(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    // An upload that ends meanwhile takes its file away.
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < nowMs - 86_400_000) await rm(file, { force: true });
  }
}
