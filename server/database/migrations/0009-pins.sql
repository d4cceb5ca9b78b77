-- Models that an administrator keeps in memory, beside those of the option inference.pinned.
CREATE TABLE pins (
  repo_id INTEGER PRIMARY KEY REFERENCES repos (id) ON DELETE CASCADE
) STRICT;
