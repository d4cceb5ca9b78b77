-- Repositories may be spaces. SQLite changes a CHECK only by a new table; kinds are the code's to know (config/repo.ts), so this one has none.
CREATE TABLE repos_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  private INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active')),
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  inference_off INTEGER NOT NULL DEFAULT 0,
  graph TEXT,
  int8 INTEGER,
  disabled_at INTEGER,
  disabled_reason TEXT NOT NULL DEFAULT '',
  gated TEXT CHECK (gated IN ('auto', 'manual')),
  UNIQUE (kind, owner, name)
) STRICT;
INSERT INTO repos_new (id, kind, owner, name, private, state, created_at, created_by, inference_off, graph, int8, disabled_at, disabled_reason, gated)
  SELECT id, kind, owner, name, private, state, created_at, created_by, inference_off, graph, int8, disabled_at, disabled_reason, gated FROM repos;
-- Ids of removed repositories are never given again.
DELETE FROM sqlite_sequence WHERE name = 'repos_new';
INSERT INTO sqlite_sequence (name, seq) SELECT 'repos_new', seq FROM sqlite_sequence WHERE name = 'repos';
DROP TABLE repos;
ALTER TABLE repos_new RENAME TO repos;
