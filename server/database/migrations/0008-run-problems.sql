-- Why a graph of a model did not run when it was measured, or did not answer the task. Of files by their content key, found by the code of that version.
CREATE TABLE run_problems (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  snapshot TEXT NOT NULL,
  graph TEXT NOT NULL,
  -- '' = it cannot be loaded, whatever the task.
  task TEXT NOT NULL,
  reason TEXT NOT NULL,
  code TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (repo_id, snapshot, graph, task)
) STRICT, WITHOUT ROWID;
