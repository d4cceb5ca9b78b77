import type { RepoKind } from '../../config/repo.js';
import type { RangeReader } from '../../indexer/formats/types.js';
import type { PushedObjects, StoredObjects } from '../pushedObjects.js';
import { gitOutput, type Quarantine } from '../quarantine.js';
import { type Finding, isDelete, type RefChange, zeroOid } from '../types.js';

/** A push and what may be asked about it. */
export interface PushCheck {
  readonly kind: RepoKind;
  readonly quarantine: Quarantine;
  readonly stored: StoredObjects;
  readonly changes: readonly RefChange[];
  readonly defaultBranch: string;
  readonly maxBlobBytes: number;
  /** Whether nothing was pushed to the default branch yet. */
  isEmpty(): Promise<boolean>;
  /** Size of an object that this repository was given, or null. */
  lfsObjectBytes(oid: string): number | null;
  openLfsObject(oid: string): Promise<RangeReader & { close(): Promise<void> }>;
  isLocalDataset(id: string): boolean;
  readonly signal: AbortSignal;
}

/** Looks at one side of a push. */
export type Check = (check: PushCheck, objects: PushedObjects) => Promise<readonly Finding[]>;

const maxTreeListingBytes = 128 * 1_048_576;

export async function contentOf(objects: PushedObjects, oid: string): Promise<Buffer> {
  for await (const object of objects.read([oid])) return object.content;
  return Buffer.alloc(0);
}

/** A path of each object, found by walking only the commits that are new. Asked only when something is to be named. */
export async function pathsOf(
  { quarantine, changes, signal }: PushCheck,
  oids: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const tips = changes.filter((change) => !isDelete(change)).map((change) => change.new);
  const output = await gitOutput(quarantine, ['rev-list', '--objects', '--stdin', '--not', '--all'], {
    signal,
    maxBytes: maxTreeListingBytes,
    input: `${tips.join('\n')}\n`,
  });
  const paths = new Map<string, string>();
  for (const line of output.toString('utf8').split('\n')) {
    const oid = line.slice(0, 40);
    if (oids.has(oid) && line.length > 41) paths.set(oid, line.slice(41));
  }
  return paths;
}

/**
 * What `git lfs migrate` is told to rewrite: of a branch that is here only what is new, or the push that follows would not be a
 * fast-forward.
 */
export async function migrateScope(check: PushCheck): Promise<string> {
  const known = check.changes.filter(
    (change) => /^refs\/heads\/[\w./-]+$/.test(change.name) && !isDelete(change) && change.old !== zeroOid,
  );
  if (known.length > 0) {
    return known.map(({ name, old }) => `--include-ref=${name} --exclude-ref=${old.slice(0, 12)}`).join(' ');
  }
  return (await check.isEmpty()) ? '--everything' : '';
}
