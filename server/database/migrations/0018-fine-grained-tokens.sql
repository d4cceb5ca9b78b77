-- Fine-grained tokens reach where their scopes say and nowhere else; their role is the most that they may anywhere.
ALTER TABLE tokens ADD COLUMN scoped INTEGER NOT NULL DEFAULT 0;
CREATE TABLE token_scopes (
  token_id INTEGER NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
  repo_id INTEGER REFERENCES repos (id) ON DELETE CASCADE,
  owner TEXT COLLATE NOCASE,
  permission TEXT NOT NULL CHECK (permission IN ('read', 'write')),
  CHECK ((repo_id IS NULL) <> (owner IS NULL))
) STRICT;
CREATE INDEX token_scopes_by_token ON token_scopes (token_id);
CREATE INDEX token_scopes_by_repo ON token_scopes (repo_id);
