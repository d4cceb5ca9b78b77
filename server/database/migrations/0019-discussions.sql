-- Discussions and pull requests of a repository; they share their numbers. What is null for a discussion is of pull requests alone.
CREATE TABLE discussions (
  id INTEGER PRIMARY KEY,
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  num INTEGER NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'open', 'closed', 'merged')),
  author_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  comments INTEGER NOT NULL DEFAULT 0,
  -- The branch that it is for, without refs/heads/.
  base TEXT,
  -- Once merged: where its commits left the branch, its last commit, and the commit that brought it into the branch.
  merged_fork TEXT,
  merged_head TEXT,
  merge_commit TEXT,
  UNIQUE (repo_id, num)
) STRICT;
CREATE INDEX discussions_by_author ON discussions (author_id, created_at);
-- What happened to a discussion, in order of rowid; `data` is JSON by type.
CREATE TABLE discussion_events (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  discussion_id INTEGER NOT NULL REFERENCES discussions (id) ON DELETE CASCADE,
  type TEXT NOT NULL CHECK (type IN ('comment', 'status-change', 'title-change', 'commit')),
  author_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
  at INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX discussion_events_in_order ON discussion_events (discussion_id, number);
CREATE INDEX discussion_events_by_author ON discussion_events (author_id, at);
