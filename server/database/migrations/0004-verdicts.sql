-- What the referee found of a compiled graph: the JSON of a Verdict, or "none" where there is no referee.
CREATE TABLE verdicts (
  snapshot TEXT PRIMARY KEY,
  model TEXT NOT NULL,
  verdict TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
