import { HubError } from '../config/errors.js';
import type { CatFileObject } from '../indexer/repository/catFile.js';
import type { CatFile } from '../indexer/repository/objectPool.js';
import type { Repository } from '../indexer/repository/types.js';
import { type LooseObject, looseContent, looseObjects } from './looseObjects.js';
import { newObjects, type ObjectInfo, openReader, type Quarantine, readObjects } from './quarantine.js';

/** Objects that the repository had before the push. */
export type StoredObjects = Pick<Repository, 'header' | 'object'>;

/** What a push brought, beside what was there. */
export interface PushedObjects {
  /** Exactly the objects that the push brought, by id. */
  readonly fresh: ReadonlyMap<string, ObjectInfo>;
  /** Size of a fresh or stored object. @throws HubError GIT_FAILED when there is none */
  sizeOf(oid: string): Promise<number>;
  /** Contents of fresh and stored objects, in no order. Ask sizeOf first where the size matters. */
  read(oids: readonly string[]): AsyncIterable<CatFileObject>;
  close(): void;
}

/** Up to so many objects are asked of one warm child; a child of their own (5 ms) reads more of them faster. */
const fewObjects = 100;

/** Cost grows with the push, not with the history. */
export async function openPushedObjects(
  quarantine: Quarantine,
  stored: StoredObjects,
  signal: AbortSignal,
): Promise<PushedObjects> {
  const { objectFolder } = quarantine;
  const unpacked = objectFolder === null ? [] : looseObjects(objectFolder);
  const loose = unpacked && new Map<string, LooseObject>(unpacked.map((object) => [object.oid, object]));
  const fresh: ReadonlyMap<string, ObjectInfo> = loose ?? (await packedObjects(quarantine, signal));

  let reader: CatFile | null = null;
  async function* readFresh(oids: readonly string[]): AsyncGenerator<CatFileObject> {
    if (!loose && oids.length > fewObjects) return yield* readObjects(quarantine, oids, signal);
    for (const oid of oids) {
      signal.throwIfAborted();
      if (loose) yield await looseContent(objectFolder!, loose.get(oid)!);
      else {
        reader ??= openReader(quarantine);
        yield await reader.ask(oid);
      }
    }
  }

  return {
    fresh,
    async sizeOf(oid) {
      const found = fresh.get(oid) ?? (await stored.header(oid));
      if (!found) throw new HubError('GIT_FAILED', { command: 'cat-file', reason: `there is no object ${oid}` });
      return found.sizeBytes;
    },
    close: () => reader?.retire(),
    async *read(oids) {
      yield* readFresh(oids.filter((oid) => fresh.has(oid)));
      for (const oid of oids) {
        if (fresh.has(oid)) continue;
        signal.throwIfAborted();
        yield await stored.object(oid);
      }
    },
  };
}

async function packedObjects(quarantine: Quarantine, signal: AbortSignal): Promise<ReadonlyMap<string, ObjectInfo>> {
  const objects = new Map<string, ObjectInfo>();
  for await (const info of newObjects(quarantine, signal)) objects.set(info.oid, info);
  return objects;
}
