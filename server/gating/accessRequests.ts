import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import type { AccessRequest, RequestState } from '../../views/pages/access.js';

export const requestStates = ['pending', 'accepted', 'rejected'] as const satisfies readonly RequestState[];

/** Who asked for the files of gated repositories. Every change is of one person and one repository. */
export interface AccessRequests {
  of(repoId: number, userId: number): AccessRequest | null;
  isAccepted(repoId: number, userId: number): boolean;
  /** Ids, `owner/name`, of the models whose files somebody was let in to. */
  modelsOf(userId: number): readonly string[];
  /** Changes nothing where one was asked before. */
  ask(request: { repoId: number; userId: number; answers: Readonly<Record<string, string>>; accepted: boolean }): void;
  /** Takes back what nobody decided yet. */
  cancel(repoId: number, userId: number): void;
  /** @throws HubError BAD_REQUEST when nobody asked */
  decide(repoId: number, userId: number, decision: { state: RequestState; reason?: string }): void;
  /** Lets somebody in who did not ask. */
  grant(repoId: number, userId: number): void;
  /** Those that wait the oldest first, others the latest decided first. */
  list(
    repoId: number,
    part: { state: RequestState; limit: number; offset: number },
  ): {
    rows: readonly AccessRequest[];
    total: number;
  };
}

export const maxReason = 200;

interface Stored {
  readonly user_id: number;
  readonly name: string;
  readonly email: string;
  readonly state: RequestState;
  readonly answers: string;
  readonly reason: string;
  readonly withdrawn: number;
  readonly at: number;
  readonly decided_at: number | null;
}

export function createAccessRequests(db: SqliteDatabase, now: () => number): AccessRequests {
  const columns = 'a.*, u.name, u.email FROM access_requests a JOIN users u ON u.id = a.user_id WHERE a.repo_id = ?';
  const one = db.prepare<[number, number], Stored>(`SELECT ${columns} AND a.user_id = ?`);
  const accepted = db.prepare<[number, number], object>(
    "SELECT 1 FROM access_requests WHERE repo_id = ? AND user_id = ? AND state = 'accepted'",
  );
  const open = db
    .prepare<[number], string>(
      `SELECT r.owner || '/' || r.name FROM access_requests a JOIN repos r ON r.id = a.repo_id
       WHERE a.user_id = ? AND a.state = 'accepted' AND r.kind = 'model' ORDER BY a.decided_at DESC LIMIT 500`,
    )
    .pluck();
  const insert = db.prepare(
    'INSERT OR IGNORE INTO access_requests (repo_id, user_id, state, answers, at, decided_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const withdraw = db.prepare("DELETE FROM access_requests WHERE repo_id = ? AND user_id = ? AND state = 'pending'");
  const update = db.prepare(
    `UPDATE access_requests SET
       withdrawn = @state = 'rejected' AND (withdrawn OR state = 'accepted'), state = @state, reason = @reason, decided_at = @at
     WHERE repo_id = @repoId AND user_id = @userId`,
  );
  const count = db.prepare<[number, string], { count: number }>(
    'SELECT count(*) AS count FROM access_requests WHERE repo_id = ? AND state = ?',
  );
  const listed = (order: string) =>
    db.prepare<[number, string, number, number], Stored>(
      `SELECT ${columns} AND a.state = ? ORDER BY ${order} LIMIT ? OFFSET ?`,
    );
  const waiting = listed('a.at, a.user_id');
  const decided = listed('a.decided_at DESC, a.user_id');
  const requests: AccessRequests = {
    of(repoId, userId) {
      const row = one.get(repoId, userId);
      return row ? toRequest(row) : null;
    },
    isAccepted: (repoId, userId) => accepted.get(repoId, userId) !== undefined,
    modelsOf: (userId) => open.all(userId),
    ask({ repoId, userId, answers, accepted: isAccepted }) {
      const at = now();
      const state = isAccepted ? 'accepted' : 'pending';
      insert.run(repoId, userId, state, JSON.stringify(answers), at, isAccepted ? at : null);
    },
    cancel: (repoId, userId) => void withdraw.run(repoId, userId),
    decide(repoId, userId, { state, reason = '' }) {
      const at = state === 'pending' ? null : now();
      const { changes } = update.run({ state, reason: reason.slice(0, maxReason), at, repoId, userId });
      if (changes === 0) throw new HubError('BAD_REQUEST', { reason: 'Nobody of this name asked for access' });
    },
    grant(repoId, userId) {
      requests.ask({ repoId, userId, answers: {}, accepted: true });
      requests.decide(repoId, userId, { state: 'accepted' });
    },
    list(repoId, { state, limit, offset }) {
      const rows = (state === 'pending' ? waiting : decided).all(repoId, state, limit, offset);
      return { rows: rows.map(toRequest), total: count.get(repoId, state)!.count };
    },
  };
  return requests;
}

function toRequest({ user_id, at, decided_at, answers, withdrawn, ...rest }: Stored): AccessRequest {
  const { name, email, state, reason } = rest;
  return {
    userId: user_id,
    name,
    email,
    state,
    reason,
    isWithdrawn: withdrawn !== 0,
    answers: JSON.parse(answers) as Record<string, string>,
    atMs: at,
    decidedAtMs: decided_at,
  };
}
