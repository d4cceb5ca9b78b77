-- Repositories may be spaces. SQLite changes a CHECK only by a new table; kinds are the code's to know (config/repo.ts), so this one has none.
CREATE TABLE repos_new (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  private INTEGER NOT NULL,
  head TEXT,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  downloads INTEGER NOT NULL,
  downloads_all INTEGER NOT NULL,
  likes INTEGER NOT NULL,
  trending INTEGER NOT NULL,
  task TEXT,
  license TEXT,
  record TEXT,
  speed REAL NOT NULL DEFAULT 0,
  parameters INTEGER,
  ready INTEGER NOT NULL DEFAULT 0,
  gated INTEGER NOT NULL DEFAULT 0,
  UNIQUE (kind, owner, name)
) STRICT;
INSERT INTO repos_new (id, kind, owner, name, private, head, created_at, modified_at, downloads, downloads_all, likes, trending, task, license, record, speed, parameters, ready, gated)
  SELECT id, kind, owner, name, private, head, created_at, modified_at, downloads, downloads_all, likes, trending, task, license, record, speed, parameters, ready, gated FROM repos;
DROP TABLE repos;
ALTER TABLE repos_new RENAME TO repos;
CREATE INDEX repos_downloads ON repos (kind, downloads, created_at, owner, name, private, task, speed);
CREATE INDEX repos_modified ON repos (kind, modified_at, created_at, owner, name, private, task, speed);
CREATE INDEX repos_created ON repos (kind, created_at, owner, name, private, task, speed);
CREATE INDEX repos_likes ON repos (kind, likes, created_at, owner, name, private, task, speed);
CREATE INDEX repos_trending ON repos (kind, trending, created_at, owner, name, private, task, speed);
CREATE INDEX repos_speed ON repos (kind, speed, created_at, owner, name, private, task);
CREATE INDEX repos_parameters ON repos (parameters) WHERE parameters IS NOT NULL;
CREATE INDEX repos_ready ON repos (id) WHERE ready = 1;
