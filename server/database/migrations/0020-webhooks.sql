-- Addresses that people have told of what happens to repositories. `id` is 24 hex digits; `watched` and `domains` are JSON.
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  watched TEXT NOT NULL,
  domains TEXT NOT NULL,
  secret TEXT,
  disabled INTEGER NOT NULL DEFAULT 0,
  -- Deliveries in a row that were given up.
  failures INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_of_users ON webhooks (user_id, created_at);

-- What is to be sent, and the last of what was. `due` NULL = no further try.
CREATE TABLE webhook_deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  event TEXT NOT NULL,
  payload TEXT NOT NULL,
  at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  due INTEGER,
  -- What was answered last; NULL = nothing was, and `reason` says why.
  status INTEGER,
  reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX webhook_deliveries_of_hooks ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due) WHERE due IS NOT NULL;
