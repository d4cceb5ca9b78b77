import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import { nameProblem, type RepoKind, repoId } from '../../config/repo.js';
import type { Catalog, Measurement, RepoRow } from './types.js';

interface StoredRepo {
  readonly id: number;
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
  readonly private: number;
  readonly state: RepoRow['state'];
  readonly created_at: number;
  readonly created_by: number | null;
  readonly inference_off: number;
  readonly graph: string | null;
  readonly int8: number | null;
  readonly likes: number;
  readonly gated: RepoRow['gated'];
  readonly disabled_at: number | null;
  readonly disabled_reason: string;
}

const dayMs = 86_400_000;
const flushEveryMs = 2000;
const columns = '*, (SELECT count(*) FROM likes WHERE likes.repo_id = repos.id) AS likes';

/** Repositories as hub.sqlite knows them. Downloads are counted in memory and written every two seconds and on close. */
export function createCatalog({ db, now }: { db: SqliteDatabase; now: () => number }): Catalog & { close(): void } {
  const byName = db.prepare<[string, string, string], StoredRepo>(
    `SELECT ${columns} FROM repos WHERE kind = ? AND owner = ? AND name = ?`,
  );
  const byId = db.prepare<[number], StoredRepo>(`SELECT ${columns} FROM repos WHERE id = ?`);
  const byOwner = db.prepare<[string], StoredRepo>(`SELECT ${columns} FROM repos WHERE owner = ? ORDER BY kind, name`);
  const grant = db.prepare('INSERT OR REPLACE INTO lfs_grants (repo_id, oid, size, granted_at) VALUES (?, ?, ?, ?)');
  const granted = db.prepare<[number, string], { size: number }>(
    'SELECT size FROM lfs_grants WHERE repo_id = ? AND oid = ?',
  );
  const holders = db.prepare<[string], { repoId: number; sizeBytes: number }>(
    'SELECT repo_id AS repoId, size AS sizeBytes FROM lfs_grants WHERE oid = ? ORDER BY repo_id LIMIT 100',
  );
  const renew = db.prepare('UPDATE lfs_grants SET granted_at = ? WHERE repo_id = ? AND oid = ?');
  const drop = db.prepare('DELETE FROM lfs_grants WHERE repo_id = ? AND oid = ? AND granted_at <= ?');
  const grantedToAny = db.prepare('SELECT 1 FROM lfs_grants WHERE oid = ?');
  const addDownloads = db.prepare(
    'INSERT INTO downloads (repo_id, day, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count',
  );
  const addLike = db.prepare('INSERT OR IGNORE INTO likes (repo_id, user_id, at) VALUES (?, ?, ?)');
  const likesSince = db.prepare<[number, number], { count: number }>(
    'SELECT count(*) AS count FROM likes WHERE repo_id = ? AND at >= ?',
  );
  const pending = new Map<string, { repoId: number; day: number; count: number }>();

  const flush = db.transaction(() => {
    for (const { repoId: id, day, count } of pending.values()) if (byId.get(id)) addDownloads.run(id, day, count);
    pending.clear();
  });
  const timer = setInterval(() => pending.size > 0 && flush(), flushEveryMs).unref();

  const rowOf = (row: StoredRepo | undefined): RepoRow | null => (row ? toRow(row) : null);
  const targetOf = (found: { repo_id: number } | undefined): RepoRow | null =>
    found ? rowOf(byId.get(found.repo_id)) : null;

  const selectMeasurement = db.prepare<[number], { measurement: string }>(
    'SELECT measurement FROM measurements WHERE repo_id = ?',
  );
  const putMeasurement = db.prepare(
    'INSERT OR REPLACE INTO measurements (repo_id, snapshot, measurement, at) VALUES (?, ?, ?, ?)',
  );

  return {
    find: (kind, owner, name) => rowOf(byName.get(kind, owner, name)),
    byId: (id) => rowOf(byId.get(id)),
    all: () => (db.prepare(`SELECT ${columns} FROM repos ORDER BY id`).all() as StoredRepo[]).map(toRow),
    ownedBy: (owner) => byOwner.all(owner).map(toRow),
    create(ref, { private: isPrivate, state, createdBy }) {
      const problem = nameProblem(ref.name);
      if (problem) throw new HubError('NAME_INVALID', { reason: problem });
      if (byName.get(ref.kind, ref.owner, ref.name)) throw new HubError('NAME_TAKEN', { name: repoId(ref) });
      // A new repository takes the name back from a redirect.
      db.prepare('DELETE FROM moves WHERE kind = ? AND owner = ? AND name = ?').run(ref.kind, ref.owner, ref.name);
      const { lastInsertRowid } = db
        .prepare(
          'INSERT INTO repos (kind, owner, name, private, state, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(ref.kind, ref.owner, ref.name, isPrivate ? 1 : 0, state, now(), createdBy);
      return toRow(byId.get(Number(lastInsertRowid))!);
    },
    activate(id) {
      db.prepare("UPDATE repos SET state = 'active' WHERE id = ?").run(id);
    },
    renewPending(id) {
      db.prepare("UPDATE repos SET created_at = ? WHERE id = ? AND state = 'pending'").run(now(), id);
    },
    pendingOlderThan: (ms) =>
      (
        db
          .prepare(`SELECT ${columns} FROM repos WHERE state = 'pending' AND created_at < ?`)
          .all(now() - ms) as StoredRepo[]
      ).map(toRow),
    setPrivate(id, isPrivate) {
      db.prepare('UPDATE repos SET private = ? WHERE id = ?').run(isPrivate ? 1 : 0, id);
    },
    setDisabled(id, reason) {
      db.prepare('UPDATE repos SET disabled_at = ?, disabled_reason = ? WHERE id = ?').run(
        reason === null ? null : now(),
        reason?.slice(0, 500) ?? '',
        id,
      );
    },
    setGated(id, gated) {
      db.prepare('UPDATE repos SET gated = ? WHERE id = ?').run(gated, id);
    },
    setInference(id, { off, graph }) {
      db.prepare('UPDATE repos SET inference_off = ?, graph = ? WHERE id = ?').run(off ? 1 : 0, graph, id);
    },
    setInt8(id, int8) {
      db.prepare('UPDATE repos SET int8 = ? WHERE id = ?').run(int8 === null ? null : int8 ? 1 : 0, id);
    },
    rename(id, to, { leadsOn } = { leadsOn: true }) {
      const row = byId.get(id);
      if (!row) throw new HubError('REPO_NOT_FOUND');
      const problem = nameProblem(to.name);
      if (problem) throw new HubError('NAME_INVALID', { reason: problem });
      const taken = byName.get(to.kind, to.owner, to.name);
      if (taken && taken.id !== id) throw new HubError('NAME_TAKEN', { name: repoId(to) });
      db.transaction(() => {
        db.prepare('DELETE FROM moves WHERE kind = ? AND owner = ? AND name = ?').run(to.kind, to.owner, to.name);
        db.prepare('UPDATE repos SET owner = ?, name = ? WHERE id = ?').run(to.owner, to.name, id);
        if (!leadsOn) return;
        db.prepare('INSERT OR REPLACE INTO moves (kind, owner, name, repo_id) VALUES (?, ?, ?, ?)').run(
          row.kind,
          row.owner,
          row.name,
          id,
        );
      })();
    },
    movedTo: (kind, owner, name) =>
      targetOf(
        db.prepare('SELECT repo_id FROM moves WHERE kind = ? AND owner = ? AND name = ?').get(kind, owner, name) as
          | { repo_id: number }
          | undefined,
      ),
    *moves() {
      const rows = db.prepare('SELECT kind, owner, name, repo_id FROM moves').all() as (Pick<
        StoredRepo,
        'kind' | 'owner' | 'name'
      > & { repo_id: number })[];
      for (const { repo_id, ...from } of rows) {
        const to = byId.get(repo_id);
        if (to) yield { from, to: { kind: to.kind, owner: to.owner, name: to.name } };
      }
    },
    remove(id) {
      db.prepare('DELETE FROM repos WHERE id = ?').run(id);
    },
    setAlias(name, target) {
      const row = byName.get(target.kind, target.owner, target.name);
      if (!row) throw new HubError('REPO_NOT_FOUND');
      db.prepare('INSERT OR REPLACE INTO aliases (kind, name, repo_id) VALUES (?, ?, ?)').run(
        target.kind,
        name,
        row.id,
      );
    },
    aliasTarget: (kind, name) =>
      targetOf(
        db.prepare('SELECT repo_id FROM aliases WHERE kind = ? AND name = ?').get(kind, name) as
          | { repo_id: number }
          | undefined,
      ),
    grantLfs(id, oid, sizeBytes) {
      grant.run(id, oid, sizeBytes, now());
    },
    hasLfsGrant: (id, oid) => granted.get(id, oid) !== undefined,
    lfsGrantSize: (id, oid) => granted.get(id, oid)?.size ?? null,
    lfsHolders: (oid) => holders.all(oid),
    lfsGrants: (id) =>
      (
        db.prepare('SELECT oid, size, granted_at FROM lfs_grants WHERE repo_id = ?').all(id) as {
          oid: string;
          size: number;
          granted_at: number;
        }[]
      ).map(({ oid, size, granted_at }) => ({ oid, sizeBytes: size, grantedAtMs: granted_at })),
    renewLfsGrants: (id, oids) =>
      db.transaction(() => [...oids].reduce((sum, oid) => sum + renew.run(now(), id, oid).changes, 0))(),
    dropLfsGrants: (id, oids, grantedBeforeMs) =>
      db.transaction(() => oids.reduce((sum, oid) => sum + drop.run(id, oid, grantedBeforeMs).changes, 0))(),
    isLfsGranted: (oid) => grantedToAny.get(oid) !== undefined,
    *allGrantedOids() {
      for (const { oid } of db.prepare('SELECT DISTINCT oid FROM lfs_grants').all() as { oid: string }[]) yield oid;
    },
    countDownload(id, atMs) {
      const day = Math.floor(atMs / dayMs);
      const key = `${id} ${day}`;
      const bucket = pending.get(key) ?? { repoId: id, day, count: 0 };
      bucket.count += 1;
      pending.set(key, bucket);
    },
    measurement(id) {
      const row = selectMeasurement.get(id);
      return row ? (JSON.parse(row.measurement) as Measurement) : null;
    },
    setMeasurement(id, measurement) {
      putMeasurement.run(id, measurement.snapshot, JSON.stringify(measurement), now());
    },
    downloads(id, nowMs) {
      if (pending.size > 0) flush();
      const today = Math.floor(nowMs / dayMs);
      const rows = db.prepare('SELECT day, count FROM downloads WHERE repo_id = ?').all(id) as {
        day: number;
        count: number;
      }[];
      const byDay = new Map(rows.map(({ day, count }) => [day, count]));
      const daily = Array.from({ length: 30 }, (_, index) => byDay.get(today - 29 + index) ?? 0);
      return {
        daily,
        last30Days: daily.reduce((sum, count) => sum + count, 0),
        allTime: rows.reduce((sum, { count }) => sum + count, 0),
      };
    },
    like(id, userId, on) {
      if (on) addLike.run(id, userId, now());
      else db.prepare('DELETE FROM likes WHERE repo_id = ? AND user_id = ?').run(id, userId);
    },
    likesSince: (id, sinceMs) => likesSince.get(id, sinceMs)!.count,
    likedBy: (id, userId) =>
      db.prepare('SELECT 1 FROM likes WHERE repo_id = ? AND user_id = ?').get(id, userId) !== undefined,
    likersOf: (id) =>
      db
        .prepare<[number], { user: string; atMs: number }>(
          `SELECT u.name AS user, l.at AS atMs FROM likes l JOIN users u ON u.id = l.user_id
           WHERE l.repo_id = ? AND u.disabled = 0 ORDER BY l.at DESC, u.name`,
        )
        .all(id),
    likesOf: (userId) =>
      db
        .prepare<[number], StoredRepo & { liked_at: number }>(
          `SELECT repos.*, (SELECT count(*) FROM likes WHERE likes.repo_id = repos.id) AS likes, l.at AS liked_at
           FROM likes l JOIN repos ON repos.id = l.repo_id WHERE l.user_id = ? ORDER BY l.at DESC, l.repo_id`,
        )
        .all(userId)
        .map((row) => ({ repo: toRow(row), atMs: row.liked_at })),
    logPush({ repoId, userId, atMs }, changes) {
      const insert = db.prepare('INSERT INTO pushes (repo_id, user_id, ref, old, new, at) VALUES (?, ?, ?, ?, ?, ?)');
      db.transaction(() => {
        for (const change of changes) insert.run(repoId, userId, change.name, change.old, change.new, atMs);
      })();
    },
    close() {
      clearInterval(timer);
      flush();
    },
  };
}

function toRow(row: StoredRepo): RepoRow {
  return {
    id: row.id,
    ref: { kind: row.kind, owner: row.owner, name: row.name },
    private: row.private === 1,
    state: row.state,
    createdAtMs: row.created_at,
    createdBy: row.created_by,
    inferenceOff: row.inference_off === 1,
    graph: row.graph,
    int8: row.int8 === null ? null : row.int8 === 1,
    likes: row.likes,
    gated: row.gated,
    disabled: row.disabled_at === null ? null : { reason: row.disabled_reason, atMs: row.disabled_at },
  };
}
