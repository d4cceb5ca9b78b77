import type { SqliteDatabase } from '../../config/database.js';
import type { RepoKind, RepoRef } from '../../config/repo.js';

/** Which rows of a long table. */
export interface Part {
  /** Letters that the name holds; '' = all. */
  readonly search?: string;
  readonly limit: number;
  readonly offset: number;
}

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

export interface UserLine {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly isAdmin: boolean;
  readonly disabled: boolean;
  readonly disabledReason: string;
  readonly createdAtMs: number;
  readonly repositories: number;
}

export interface RepositoryLine {
  readonly id: number;
  readonly repo: RepoRef;
  readonly private: boolean;
  readonly disabled: boolean;
  readonly disabledReason: string;
  readonly createdAtMs: number;
  /** Of LFS objects, shared ones too. */
  readonly bytes: number;
  readonly objects: number;
}

export interface QuarantineLine {
  readonly key: string;
  readonly model: string;
  readonly reason: string;
  readonly atMs: number;
}

export interface FailureLine {
  readonly repo: RepoRef;
  readonly reason: string;
  readonly atMs: number;
}

/** Tables that administrators read, by pages: a hub may have ten thousand users and repositories. */
export interface AdminTables {
  users(part: Part): Rows<UserLine>;
  /** By name, or the largest first. */
  repositories(part: Part, order?: 'name' | 'size'): Rows<RepositoryLine>;
  quarantines(part: Part): Rows<QuarantineLine>;
  indexFailures(part: Part): Rows<FailureLine>;
  /** An object that several repositories hold is stored, and counted, once. */
  lfsBytes(): number;
  /** That were pushed to at least once. */
  repositoryCount(): number;
}

type Named = { readonly kind: RepoKind; readonly owner: string; readonly name: string };

export function createAdminTables(db: SqliteDatabase): AdminTables {
  /** @param pageFirst name of the table whose rows of the page are picked before any column is worked out */
  const rowsOf = <Stored, Row>(
    columns: string,
    from: string,
    order: string,
    to: (row: Stored) => Row,
    pageFirst?: string,
  ) => {
    const page = `${from} ORDER BY ${order} LIMIT ? OFFSET ?`;
    const picked = pageFirst ? `(SELECT * FROM ${page}) AS ${pageFirst} ORDER BY ${order}` : page;
    const count = db.prepare<string[], { count: number }>(`SELECT count(*) AS count FROM ${from}`);
    const select = db.prepare<(string | number)[], Stored>(`SELECT ${columns} FROM ${picked}`);
    return ({ limit, offset }: Part, ...wanted: string[]): Rows<Row> => ({
      rows: select.all(...wanted, limit, offset).map(to),
      total: count.get(...wanted)!.count,
    });
  };
  const users = rowsOf(
    // All kinds are named so that the index by kind and owner is of use.
    "id, name, email, is_admin, disabled, disabled_reason, created_at, (SELECT count(*) FROM repos WHERE kind IN ('model', 'dataset', 'space') AND owner = users.name AND state = 'active') AS repositories",
    "users WHERE name LIKE ? ESCAPE '!' OR email LIKE ? ESCAPE '!'",
    'name',
    toUserLine,
  );
  const repoColumns =
    'r.*, coalesce((SELECT sum(size) FROM lfs_grants WHERE repo_id = r.id), 0) AS bytes, (SELECT count(*) FROM lfs_grants WHERE repo_id = r.id) AS objects';
  const repoRows = "repos r WHERE r.state = 'active' AND r.owner || '/' || r.name LIKE ? ESCAPE '!'";
  const repositories = {
    name: rowsOf(repoColumns, repoRows, 'r.owner, r.name, r.kind', toRepositoryLine, 'r'),
    size: rowsOf(repoColumns, repoRows, 'bytes DESC, r.id', toRepositoryLine),
  };
  const quarantines = rowsOf(
    'snapshot AS key, model, reason, at AS atMs',
    'quarantine',
    'at DESC',
    (row: QuarantineLine) => row,
  );
  const failures = rowsOf(
    'r.kind, r.owner, r.name, f.reason, f.at',
    'index_failures f JOIN repos r ON r.id = f.repo_id',
    'f.at DESC',
    ({ reason, at, ...repo }: Named & { reason: string; at: number }): FailureLine => ({ repo, reason, atMs: at }),
  );
  const bytes = db.prepare<[], { bytes: number }>(
    'SELECT coalesce(sum(size), 0) AS bytes FROM (SELECT max(size) AS size FROM lfs_grants GROUP BY oid)',
  );
  const count = db.prepare<[], { count: number }>("SELECT count(*) AS count FROM repos WHERE state = 'active'");
  return {
    users: (part) => users(part, pattern(part), pattern(part)),
    repositories: (part, order = 'name') => repositories[order](part, pattern(part)),
    quarantines: (part) => quarantines(part),
    indexFailures: (part) => failures(part),
    lfsBytes: () => bytes.get()!.bytes,
    repositoryCount: () => count.get()!.count,
  };
}

function pattern({ search = '' }: Part): string {
  return `%${search.replace(/[!%_]/g, '!$&')}%`;
}

function toUserLine(row: {
  id: number;
  name: string;
  email: string;
  is_admin: number;
  disabled: number;
  disabled_reason: string;
  created_at: number;
  repositories: number;
}): UserLine {
  const { id, name, email, repositories } = row;
  return {
    id,
    name,
    email,
    repositories,
    isAdmin: row.is_admin === 1,
    disabled: row.disabled === 1,
    disabledReason: row.disabled_reason,
    createdAtMs: row.created_at,
  };
}

function toRepositoryLine(
  row: Named & {
    id: number;
    private: number;
    disabled_at: number | null;
    disabled_reason: string;
    created_at: number;
    bytes: number;
    objects: number;
  },
): RepositoryLine {
  const { id, kind, owner, name, bytes, objects } = row;
  return {
    id,
    repo: { kind, owner, name },
    bytes,
    objects,
    private: row.private === 1,
    disabled: row.disabled_at !== null,
    disabledReason: row.disabled_reason,
    createdAtMs: row.created_at,
  };
}
