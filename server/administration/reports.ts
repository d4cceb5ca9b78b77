import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import type { RepoKind, RepoRef } from '../../config/repo.js';

export const reportReasons = ['ethical', 'legal', 'broken', 'other'] as const;
export type ReportReason = (typeof reportReasons)[number];

export interface Report {
  readonly id: number;
  readonly repo: RepoRef;
  readonly by: string;
  readonly reason: ReportReason;
  readonly text: string;
  readonly atMs: number;
  readonly closedAtMs: number | null;
}

/** What people told administrators about repositories. */
export interface Reports {
  /** @throws HubError RATE_LIMITED when this user's open reports are too many */
  add(report: { repoId: number; userId: number; reason: ReportReason; text: string }): void;
  /** The latest first. */
  list(page: { closed: boolean; limit: number; offset: number }): { rows: readonly Report[]; total: number };
  close(id: number): void;
}

const mostOpen = 20;
export const maxReportText = 2000;

interface StoredReport {
  readonly id: number;
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
  readonly by: string;
  readonly reason: ReportReason;
  readonly text: string;
  readonly at: number;
  readonly closed_at: number | null;
}

export function createReports(db: SqliteDatabase, now: () => number): Reports {
  const openOf = db.prepare<[number], { count: number }>(
    'SELECT count(*) AS count FROM reports WHERE user_id = ? AND closed_at IS NULL',
  );
  const insert = db.prepare('INSERT INTO reports (repo_id, user_id, reason, text, at) VALUES (?, ?, ?, ?, ?)');
  const close = db.prepare('UPDATE reports SET closed_at = ? WHERE id = ? AND closed_at IS NULL');
  const state = (closed: boolean): string => (closed ? 'closed_at IS NOT NULL' : 'closed_at IS NULL');
  return {
    add({ repoId, userId, reason, text }) {
      if (openOf.get(userId)!.count >= mostOpen)
        throw new HubError('RATE_LIMITED', { what: 'open reports', seconds: 86_400 });
      insert.run(repoId, userId, reason, text.trim().slice(0, maxReportText), now());
    },
    list({ closed, limit, offset }) {
      const rows = db
        .prepare<[number, number], StoredReport>(
          `SELECT p.id, r.kind, r.owner, r.name, u.name AS by, p.reason, p.text, p.at, p.closed_at
           FROM reports p JOIN repos r ON r.id = p.repo_id JOIN users u ON u.id = p.user_id
           WHERE ${state(closed)} ORDER BY p.at DESC, p.id DESC LIMIT ? OFFSET ?`,
        )
        .all(limit, offset);
      const total = db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM reports WHERE ${state(closed)}`);
      return { rows: rows.map(toReport), total: total.get()!.count };
    },
    close: (id) => void close.run(now(), id),
  };
}

function toReport({ kind, owner, name, at, closed_at, ...rest }: StoredReport): Report {
  return { ...rest, repo: { kind, owner, name }, atMs: at, closedAtMs: closed_at };
}
