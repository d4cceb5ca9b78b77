-- Whether files are for those alone who asked: null = for everybody who sees the repository, 'auto' = whoever asks gets them.
ALTER TABLE repos ADD COLUMN gated TEXT CHECK (gated IN ('auto', 'manual'));
-- Who asked for the files of a gated repository, what they answered (JSON), and what became of it.
CREATE TABLE access_requests (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected')),
  answers TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  decided_at INTEGER,
  PRIMARY KEY (repo_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_requests_by_state ON access_requests (repo_id, state, at);
