-- Xorbs (packed pieces of files that clients send) are kept by epochs: the address that clients upload to names one, and they
-- remember by that address what they sent. A new epoch makes them forget, and then the old one's xorbs may go.
CREATE TABLE xet_epochs (
  id TEXT PRIMARY KEY,
  opened_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who sent which xorb, and may build files of it. chunk_ends: where each chunk ends, as little-endian u32.
CREATE TABLE xet_xorbs (
  epoch TEXT NOT NULL REFERENCES xet_epochs (id) ON DELETE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  chunk_ends BLOB NOT NULL,
  PRIMARY KEY (epoch, user_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX xet_xorbs_by_user ON xet_xorbs (user_id);
