-- Snapshots (content keys) that twice took the process that runs models along.
CREATE TABLE quarantine (
  snapshot TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
