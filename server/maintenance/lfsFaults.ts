import { createHash } from 'node:crypto';
import { repoId } from '../../config/repo.js';
import { createObjectStore, type ObjectStore } from '../lfs/objectStore.js';
import type { Services } from '../services.js';

interface Granted {
  readonly sizeBytes: number;
  /** Of a repository that names it: the one to push it to again. */
  readonly id: string;
}

/**
 * Stored LFS objects that are not what their names say: missing, of another size or, where `deep`, of another sha256. An
 * object that many repositories share is read once. @returns one line per object, with its remedy
 */
export async function lfsFaults({ catalog, data }: Services, deep: boolean): Promise<string[]> {
  const objects = createObjectStore(data);
  const granted = new Map<string, Granted>();
  for (const row of catalog.all()) {
    for (const { oid, sizeBytes } of catalog.lfsGrants(row.id)) granted.set(oid, { sizeBytes, id: repoId(row.ref) });
  }
  const faults: string[] = [];
  for (const [oid, { sizeBytes, id }] of granted) {
    const wrong = await whatIsWrong(objects, oid, sizeBytes, deep);
    if (!wrong) continue;
    // An upload replaces an object of another size, but none of the right one.
    const first = wrong.isInTheWay ? `delete lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}, then ` : '';
    faults.push(
      `${id}: LFS object ${oid.slice(0, 12)} ${wrong.says}; ${first}restore it from a backup or push it again (git lfs push --all)`,
    );
  }
  return faults;
}

async function whatIsWrong(
  objects: ObjectStore,
  oid: string,
  sizeBytes: number,
  deep: boolean,
): Promise<{ says: string; isInTheWay: boolean } | null> {
  const found = await objects.sizeOf(oid);
  if (found === null) return { says: 'is missing', isInTheWay: false };
  if (found !== sizeBytes) return { says: `has ${found} bytes instead of ${sizeBytes}`, isInTheWay: false };
  if (!deep) return null;
  try {
    const digest = await sha256Of(objects, oid);
    return digest === oid
      ? null
      : { says: `is damaged (its bytes have sha256 ${digest.slice(0, 12)})`, isInTheWay: true };
  } catch (error) {
    return { says: `cannot be read (${(error as Error).message})`, isInTheWay: true };
  }
}

async function sha256Of(objects: ObjectStore, oid: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of objects.read(oid) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
