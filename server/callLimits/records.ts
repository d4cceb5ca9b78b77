import type { SqliteDatabase } from '../../config/database.js';

export const subjectKinds = ['user', 'organization', 'token'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** What an administrator gave somebody in place of the hub's limits. */
export interface CallLimit {
  readonly kind: SubjectKind;
  /** Name of a user or organisation in lower case, or a token's id. */
  readonly subject: string;
  /** Calls a minute; null = the hub's limit. */
  readonly perMinute: number | null;
  /** How many turns in the queue are his where others have one. */
  readonly priority: number;
}

export interface CallLimits {
  of(kind: SubjectKind, subject: string): CallLimit | null;
  list(): readonly CallLimit[];
  set(limit: CallLimit): void;
  /** False when there was none. */
  remove(kind: SubjectKind, subject: string): boolean;
}

/** Limits in hub.sqlite, all of them in memory: every call asks. */
export function callLimits(db: SqliteDatabase): CallLimits {
  const all = db.prepare<[], CallLimit>(
    'SELECT kind, subject, per_minute AS perMinute, priority FROM call_limits ORDER BY kind, subject',
  );
  const set = db.prepare(
    'INSERT OR REPLACE INTO call_limits (kind, subject, per_minute, priority) VALUES (?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM call_limits WHERE kind = ? AND subject = ?');
  const known = new Map(all.all().map((limit) => [idOf(limit.kind, limit.subject), limit]));
  return {
    of: (kind, subject) => known.get(idOf(kind, subject)) ?? null,
    list: () => all.all(),
    set: (limit) => {
      const { kind, subject, perMinute, priority } = limit;
      set.run(kind, subject.toLowerCase(), perMinute, priority);
      known.set(idOf(kind, subject), { ...limit, subject: subject.toLowerCase() });
    },
    remove: (kind, subject) => {
      known.delete(idOf(kind, subject));
      return remove.run(kind, subject.toLowerCase()).changes > 0;
    },
  };
}

function idOf(kind: SubjectKind, subject: string): string {
  return `${kind} ${subject.toLowerCase()}`;
}
