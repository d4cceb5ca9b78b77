-- Ties stand in the order of creation and name, which a rebuilt index has too; row ids differ.
DROP INDEX repos_downloads;
DROP INDEX repos_modified;
CREATE INDEX repos_downloads ON repos (kind, downloads, created_at, owner, name);
CREATE INDEX repos_modified ON repos (kind, modified_at, created_at, owner, name);
