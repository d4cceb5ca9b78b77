-- What running a model's head on this host took: the JSON of a Measurement. One row a repository, of the files that it was made with.
CREATE TABLE measurements (
  repo_id INTEGER PRIMARY KEY REFERENCES repos (id) ON DELETE CASCADE,
  snapshot TEXT NOT NULL,
  measurement TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
