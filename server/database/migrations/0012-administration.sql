ALTER TABLE users ADD COLUMN disabled_reason TEXT NOT NULL DEFAULT '';
-- Taken down by an administrator; null = not.
ALTER TABLE repos ADD COLUMN disabled_at INTEGER;
ALTER TABLE repos ADD COLUMN disabled_reason TEXT NOT NULL DEFAULT '';
-- What administrators chose on a page in place of an option.
CREATE TABLE hub_choices (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What people told administrators about a repository; closed ones stay for the record.
CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  reason TEXT NOT NULL CHECK (reason IN ('ethical', 'legal', 'broken', 'other')),
  text TEXT NOT NULL,
  at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE INDEX reports_by_state ON reports (closed_at, at);
-- Heads that could not be indexed; a row goes when its repository is indexed.
CREATE TABLE index_failures (
  repo_id INTEGER PRIMARY KEY REFERENCES repos (id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX pushes_by_time ON pushes (at);
