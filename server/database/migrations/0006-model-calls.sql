-- How much each model is called: see inference/runner/popularity.ts for what a rank is.
CREATE TABLE model_calls (
  repo_id INTEGER PRIMARY KEY REFERENCES repos (id) ON DELETE CASCADE,
  rank REAL NOT NULL
) STRICT;
