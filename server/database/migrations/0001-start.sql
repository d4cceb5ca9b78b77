-- The truth that no repository holds: people, rights, counters. This file is what a backup copies.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  full_name TEXT NOT NULL,
  email TEXT NOT NULL,
  password TEXT NOT NULL,
  is_admin INTEGER NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE members (
  organization_id INTEGER NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('read', 'contributor', 'write', 'admin')),
  PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;

-- Only the sha256 of a token is kept.
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('read', 'write')),
  prefix TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
  hash TEXT PRIMARY KEY,
  created_by INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE repos (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('model', 'dataset')),
  owner TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  private INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'active')),
  created_at INTEGER NOT NULL,
  created_by INTEGER,
  inference_off INTEGER NOT NULL DEFAULT 0,
  graph TEXT,
  UNIQUE (kind, owner, name)
) STRICT;

-- Where renamed repositories went, and one-segment names.
CREATE TABLE moves (
  kind TEXT NOT NULL,
  owner TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE aliases (
  kind TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE lfs_grants (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  oid TEXT NOT NULL,
  size INTEGER NOT NULL,
  granted_at INTEGER NOT NULL,
  PRIMARY KEY (repo_id, oid)
) STRICT, WITHOUT ROWID;
CREATE INDEX lfs_grants_by_oid ON lfs_grants (oid);

CREATE TABLE likes (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  PRIMARY KEY (repo_id, user_id)
) STRICT, WITHOUT ROWID;

-- One row a day: day = days since 1970.
CREATE TABLE downloads (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  day INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (repo_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE pushes (
  id INTEGER PRIMARY KEY,
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  user_id INTEGER,
  ref TEXT NOT NULL,
  old TEXT NOT NULL,
  new TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
