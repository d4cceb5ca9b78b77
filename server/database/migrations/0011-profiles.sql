-- What people and organisations say of themselves.
ALTER TABLE users ADD COLUMN bio TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN full_name TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN bio TEXT NOT NULL DEFAULT '';
CREATE INDEX users_by_email ON users (email COLLATE NOCASE);
-- Pictures as the hub wrote them, by name: people and organisations share one namespace. The version is part of the address.
CREATE TABLE avatars (
  owner TEXT PRIMARY KEY COLLATE NOCASE,
  version TEXT NOT NULL,
  image BLOB NOT NULL
) STRICT;
