-- What an administrator gave one user, organisation or token in place of the hub's limits on calls of models.
CREATE TABLE call_limits (
  kind TEXT NOT NULL CHECK (kind IN ('user', 'organization', 'token')),
  -- The name of a user or organisation in lower case, or a token's id.
  subject TEXT NOT NULL,
  -- null = the hub's limit
  per_minute INTEGER,
  priority INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;
