-- What was signed for somebody names them and their token by number: no number may come to mean somebody else.
CREATE TABLE ids_that_went (
  kind TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER user_went AFTER DELETE ON users BEGIN
  INSERT INTO ids_that_went VALUES ('user', old.id) ON CONFLICT DO UPDATE SET last = max(last, excluded.last);
END;
CREATE TRIGGER token_went AFTER DELETE ON tokens BEGIN
  INSERT INTO ids_that_went VALUES ('token', old.id) ON CONFLICT DO UPDATE SET last = max(last, excluded.last);
END;
