-- Everything here can be rebuilt from the repositories and hub.sqlite: delete the file and run `hubstead reindex`.
CREATE TABLE repos (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'dataset')),
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
  UNIQUE (kind, owner, name)
) STRICT;
CREATE INDEX repos_downloads ON repos (kind, downloads, id);
CREATE INDEX repos_modified ON repos (kind, modified_at, id);

CREATE TABLE tags (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  facet TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (name, repo_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_repo ON tags (repo_id);

CREATE TABLE cards (
  repo_id INTEGER PRIMARY KEY REFERENCES repos (id) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

-- Rendered cards and weight headers by content.
CREATE TABLE cache (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
