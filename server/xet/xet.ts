import type { Readable } from 'node:stream';
import pLimit from 'p-limit';
import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import type { Uploads } from '../lfs/uploads.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { type BodyLimit, readBody } from '../storage/writeBody.js';
import { formatXetToken, parseXetToken, type XetGrant } from './accessToken.js';
import { buildFile, requireXorbs } from './buildFiles.js';
import { maxShardBytes, readShard, type ShardFile } from './shard.js';
import { maxXorbBytes } from './xorb.js';
import { createXorbStore, type Owner, xorbLimit } from './xorbStore.js';

/** Shards whose files are put together at once, and those that wait for it: more are asked to come again. */
const buildsAtOnce = 2;
const maxWaiting = 30;
const shardLimit: BodyLimit = {
  maxBytes: maxShardBytes,
  tooMuch: () => new HubError('TOO_LARGE', { what: 'The shard', limitBytes: maxShardBytes }),
};

/** A call that showed a token which counts for the address it came to. */
export interface Admitted {
  readonly owner: Owner;
  readonly row: RepoRow;
}

/**
 * Receive-only Xet: clients send packed pieces of files (xorbs), then lists of the pieces that files are made of (shards), and
 * the hub puts these files together as LFS objects. Nothing is read by this protocol.
 */
export interface Xet {
  /** The path that uploads of this user go to, and what opens it until `expires` (seconds since 1970). */
  open(
    viewer: Viewer,
    row: RepoRow,
    forPullRequest: boolean,
  ): Promise<{ path: string; token: string; expires: number }>;
  /** @throws HubError XET_TOKEN_INVALID, XET_EPOCH_GONE, FORBIDDEN */
  admit(authorization: string, owner: Owner): Admitted;
  holds(call: Admitted, hash: string): Promise<boolean>;
  /** @returns whether it was not there before. @throws HubError XET_INVALID, TOO_LARGE, STORAGE_FULL */
  receiveXorb(call: Admitted, hash: string, body: Readable): Promise<boolean>;
  /** The files of a shard that can be built. @throws HubError XET_INVALID, XET_XORB_UNKNOWN, TOO_LARGE, STORAGE_FULL, BUSY */
  receiveShard(call: Admitted, body: Readable): Promise<readonly ShardFile[]>;
  /** Puts the files together and gives them to the repository. @throws as receiveShard; LFS_OBJECT_INVALID */
  build(call: Admitted, files: readonly ShardFile[], onBytes?: (count: number) => void): Promise<void>;
  /** Frees xorbs of epochs that ended long enough ago. @returns how many epochs */
  collect(nowMs: number): Promise<number>;
}

export interface XetDependencies extends Pick<Services, 'accounts' | 'catalog' | 'data' | 'options' | 'can'> {
  readonly db: SqliteDatabase;
  readonly uploads: Uploads;
  readonly secret: Buffer;
  readonly now: () => number;
}

export function createXet(dependencies: XetDependencies): Xet {
  const { accounts, catalog, can, options, uploads, secret, now } = dependencies;
  const store = createXorbStore(dependencies, options.xet);
  const turns = pLimit(buildsAtOnce);

  function stillMay(grant: XetGrant): RepoRow | null {
    const viewer = accounts.viewerBehind(grant);
    const row = catalog.byId(grant.repoId);
    return viewer && row && can(viewer, grant.forPullRequest ? 'read' : 'write', row) ? row : null;
  }

  return {
    async open(viewer, row, forPullRequest) {
      if (viewer.kind === 'anonymous') throw new HubError('CREDENTIALS_NEEDED');
      const userId = viewer.user.id;
      const expires = Math.floor(now() / 1000) + options.lfs.linkSeconds;
      const grant = { userId, tokenId: viewer.tokenId ?? 0, repoId: row.id, forPullRequest, expires };
      return { path: `/xet/${await store.currentEpoch()}/${userId}`, token: formatXetToken(grant, secret), expires };
    },
    admit(authorization, owner) {
      const [, token = ''] = /^Bearer\s+(\S+)$/i.exec(authorization) ?? [];
      const grant = parseXetToken(token, secret, now());
      if (grant?.userId !== owner.userId) throw new HubError('XET_TOKEN_INVALID');
      const row = stillMay(grant);
      if (!row) throw new HubError('FORBIDDEN', { reason: 'What this Xet token was made with no longer counts' });
      if (!store.isOpen(owner.epoch)) throw new HubError('XET_EPOCH_GONE');
      return { owner, row };
    },
    holds: async ({ owner }, hash) => (await store.find(owner, hash)) !== null,
    async receiveXorb({ owner }, hash, body) {
      if (await store.find(owner, hash)) {
        await readBody(body, () => {}, xorbLimit);
        return false;
      }
      await requireFreeDisk(dependencies, maxXorbBytes);
      await store.receive(owner, hash, body);
      return true;
    },
    async receiveShard({ owner }, body) {
      if (turns.pendingCount >= maxWaiting) throw new HubError('BUSY', { what: 'The hub', seconds: 10 });
      const reader = readShard();
      await readBody(body, (bytes) => reader.push(bytes), shardLimit);
      const files = reader.end();
      const limitBytes = options.lfs.maxObjectBytes;
      if (files.some(({ sizeBytes }) => sizeBytes > limitBytes))
        throw new HubError('TOO_LARGE', { what: 'A file', limitBytes });
      await requireXorbs(store, owner, files);
      return files;
    },
    async build({ owner, row }, files, onBytes = () => {}) {
      await turns(async () => {
        for (const file of files) {
          const object = { oid: file.sha256, sizeBytes: file.sizeBytes };
          if (await uploads.holds(row, object)) onBytes(file.sizeBytes);
          else
            await buildFile(store, owner, file, { take: (body) => uploads.receiveNamed(row, body, object), onBytes });
        }
      });
    },
    collect: async (nowMs) => (await store.dropOld(nowMs)).length,
  };
}
