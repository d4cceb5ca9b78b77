import { randomBytes } from 'node:crypto';
import type { SqliteDatabase } from '../../config/database.js';
import { HubError } from '../../config/errors.js';
import { type RepoRef, repoId } from '../../config/repo.js';

export const watchedTypes = ['user', 'org', 'model', 'dataset', 'space'] as const;
export const domains = ['repo', 'discussion'] as const;
export type Domain = (typeof domains)[number];

export interface Watched {
  readonly type: (typeof watchedTypes)[number];
  /** Of an account, or `owner/name`. */
  readonly name: string;
}

export interface WebhookSettings {
  readonly url: string;
  readonly watched: readonly Watched[];
  readonly domains: readonly Domain[];
  readonly secret: string | null;
}

export interface Webhook extends WebhookSettings {
  /** 24 hex digits. */
  readonly id: string;
  readonly userId: number;
  /** By its owner, or after many failures. */
  readonly disabled: boolean;
  readonly createdAtMs: number;
}

export interface Delivery {
  readonly id: number;
  readonly webhookId: string;
  /** `repo.content update` */
  readonly event: string;
  readonly payload: string;
  readonly atMs: number;
  readonly tries: number;
  /** null = it arrived, or was given up. */
  readonly dueMs: number | null;
  readonly status: number | null;
  readonly reason: string;
}

/** Webhooks and their deliveries as hub.sqlite keeps them. The only writer of these tables. */
export interface Webhooks {
  ofUser(userId: number): readonly Webhook[];
  byId(id: string): Webhook | null;
  /** Those that are on and watch this repository. */
  watching(ref: RepoRef, domain: Domain): readonly Webhook[];
  /** @throws HubError CONFLICT when the user has too many */
  create(userId: number, settings: WebhookSettings): Webhook;
  change(id: string, settings: WebhookSettings): void;
  /** Enabling forgets earlier failures; disabling forgets what waits. */
  setDisabled(id: string, disabled: boolean): void;
  remove(id: string): void;
  /** @returns false when too many wait for this webhook already */
  queue(id: string, event: string, payload: string): boolean;
  due(limit: number): readonly Delivery[];
  /** When the next is due; null = nothing waits. */
  nextDueMs(): number | null;
  arrived(delivery: Delivery, status: number): void;
  /** @param retryAtMs null = it is given up. @returns whether the webhook was disabled for it */
  failed(delivery: Delivery, failure: { status: number | null; reason: string; retryAtMs: number | null }): boolean;
  /** The latest first. */
  last(id: string, limit: number): readonly Delivery[];
}

/** What somebody sends by hand to see whether it arrives. */
export const testEvent = 'webhook ping';

const mostOfUser = 50;
const mostWaiting = 1000;
const keptDeliveries = 50;
/** Deliveries in a row, each after all its tries. */
export const failuresUntilDisabled = 20;

interface Stored {
  readonly id: string;
  readonly user_id: number;
  readonly url: string;
  readonly watched: string;
  readonly domains: string;
  readonly secret: string | null;
  readonly disabled: number;
  readonly created_at: number;
}

export function createWebhooks(db: SqliteDatabase, now: () => number): Webhooks {
  const ofUser = db.prepare<[number], Stored>('SELECT * FROM webhooks WHERE user_id = ? ORDER BY created_at, id');
  const one = db.prepare<[string], Stored>('SELECT * FROM webhooks WHERE id = ?');
  const watching = db.prepare<[string, string, string, string], Stored>(
    `SELECT * FROM webhooks h WHERE disabled = 0 AND EXISTS (SELECT 1 FROM json_each(h.domains) WHERE value = ?)
       AND EXISTS (SELECT 1 FROM json_each(h.watched) w WHERE
         (w.value ->> 'type' IN ('user', 'org') AND lower(w.value ->> 'name') = lower(?))
         OR (w.value ->> 'type' = ? AND lower(w.value ->> 'name') = lower(?)))`,
  );
  const insert = db.prepare(
    'INSERT INTO webhooks (id, user_id, url, watched, domains, secret, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare('UPDATE webhooks SET url = ?, watched = ?, domains = ?, secret = ? WHERE id = ?');
  const disable = db.prepare('UPDATE webhooks SET disabled = ?, failures = 0 WHERE id = ?');
  const drop = db.prepare('DELETE FROM webhooks WHERE id = ?');
  const forget = db.prepare('DELETE FROM webhook_deliveries WHERE webhook_id = ? AND due IS NOT NULL');
  const countWaiting = db.prepare<[string], { count: number }>(
    'SELECT count(*) AS count FROM webhook_deliveries WHERE webhook_id = ? AND due IS NOT NULL',
  );
  const insertDelivery = db.prepare(
    'INSERT INTO webhook_deliveries (webhook_id, event, payload, at, due) VALUES (?, ?, ?, ?, ?)',
  );
  const deliveryColumns =
    'd.id, d.webhook_id AS webhookId, d.event, d.payload, d.at AS atMs, d.tries, d.due AS dueMs, d.status, d.reason';
  const due = db.prepare<[number, number], Delivery>(
    `SELECT ${deliveryColumns} FROM webhook_deliveries d WHERE d.due <= ? ORDER BY d.id LIMIT ?`,
  );
  const next = db.prepare<[], { due: number | null }>('SELECT min(due) AS due FROM webhook_deliveries');
  const last = db.prepare<[string, number], Delivery>(
    `SELECT ${deliveryColumns} FROM webhook_deliveries d WHERE d.webhook_id = ? ORDER BY d.id DESC LIMIT ?`,
  );
  const settle = db.prepare(
    'UPDATE webhook_deliveries SET tries = tries + 1, due = ?, status = ?, reason = ? WHERE id = ?',
  );
  const dropOld = db.prepare(
    `DELETE FROM webhook_deliveries WHERE webhook_id = @id AND due IS NULL AND id NOT IN
       (SELECT id FROM webhook_deliveries WHERE webhook_id = @id AND due IS NULL ORDER BY id DESC LIMIT ${keptDeliveries})`,
  );
  const succeed = db.prepare('UPDATE webhooks SET failures = 0 WHERE id = ?');
  const fail = db.prepare<[string], { failures: number }>(
    'UPDATE webhooks SET failures = failures + 1 WHERE id = ? RETURNING failures',
  );
  const setDisabled = (id: string, isDisabled: boolean): void => {
    disable.run(Number(isDisabled), id);
    if (isDisabled) forget.run(id);
  };
  return {
    ofUser: (userId) => ofUser.all(userId).map(toWebhook),
    byId(id) {
      const row = one.get(id);
      return row ? toWebhook(row) : null;
    },
    watching: (ref, domain) => watching.all(domain, ref.owner, ref.kind, repoId(ref)).map(toWebhook),
    create: db.transaction((userId, { url, watched, domains, secret }) => {
      if (ofUser.all(userId).length >= mostOfUser)
        throw new HubError('CONFLICT', { reason: `You have ${mostOfUser} webhooks: no more are taken` });
      const id = randomBytes(12).toString('hex');
      insert.run(id, userId, url, JSON.stringify(watched), JSON.stringify(domains), secret, now());
      return toWebhook(one.get(id)!);
    }),
    change(id, { url, watched, domains, secret }) {
      update.run(url, JSON.stringify(watched), JSON.stringify(domains), secret, id);
    },
    setDisabled: db.transaction(setDisabled),
    remove: (id) => void drop.run(id),
    queue: db.transaction((id, event, payload) => {
      if (countWaiting.get(id)!.count >= mostWaiting) return false;
      insertDelivery.run(id, event, payload, now(), now());
      return true;
    }),
    due: (limit) => due.all(now(), limit),
    nextDueMs: () => next.get()?.due ?? null,
    arrived: db.transaction((delivery, status) => {
      settle.run(null, status, '', delivery.id);
      succeed.run(delivery.webhookId);
      dropOld.run({ id: delivery.webhookId });
    }),
    failed: db.transaction(({ id, webhookId }, { status, reason, retryAtMs }) => {
      settle.run(retryAtMs, status, reason.slice(0, 300), id);
      if (retryAtMs !== null) return false;
      dropOld.run({ id: webhookId });
      const failures = fail.get(webhookId)?.failures ?? 0;
      if (failures < failuresUntilDisabled) return false;
      setDisabled(webhookId, true);
      return true;
    }),
    last: (id, limit) => last.all(id, limit),
  };
}

function toWebhook({ id, user_id, url, watched, domains, secret, disabled, created_at }: Stored): Webhook {
  return {
    id,
    userId: user_id,
    url,
    watched: JSON.parse(watched) as readonly Watched[],
    domains: JSON.parse(domains) as readonly Domain[],
    secret,
    disabled: disabled === 1,
    createdAtMs: created_at,
  };
}
