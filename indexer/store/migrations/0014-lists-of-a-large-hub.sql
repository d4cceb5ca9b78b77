-- Parts of names are found without reading all names: three characters and more stand in an index of their own.
CREATE VIRTUAL TABLE names USING fts5(name, content='', contentless_delete=1, tokenize='trigram');
INSERT INTO names (rowid, name) SELECT id, owner || '/' || name FROM repos;
CREATE TRIGGER repos_named AFTER INSERT ON repos BEGIN
  INSERT INTO names (rowid, name) VALUES (new.id, new.owner || '/' || new.name);
END;
CREATE TRIGGER repos_unnamed AFTER DELETE ON repos BEGIN
  DELETE FROM names WHERE rowid = old.id;
END;
-- Lists tell the files of a hundred repositories: as many git processes would be asked for their names.
CREATE TABLE files (
  repo_id INTEGER PRIMARY KEY REFERENCES repos (id) ON DELETE CASCADE,
  -- JSON: the paths at the head, in git's order.
  paths TEXT NOT NULL
) STRICT;
-- How many parameters stands behind each order, too: the ids of all models of some size were looked for apart, and their long rows read.
DROP INDEX repos_downloads;
DROP INDEX repos_modified;
DROP INDEX repos_created;
DROP INDEX repos_likes;
DROP INDEX repos_trending;
DROP INDEX repos_speed;
DROP INDEX repos_by_size;
CREATE INDEX repos_downloads ON repos (kind, downloads, created_at, owner, name, private, task, speed, parameters);
CREATE INDEX repos_modified ON repos (kind, modified_at, created_at, owner, name, private, task, speed, parameters);
CREATE INDEX repos_created ON repos (kind, created_at, owner, name, private, task, speed, parameters);
CREATE INDEX repos_likes ON repos (kind, likes, created_at, owner, name, private, task, speed, parameters);
CREATE INDEX repos_trending ON repos (kind, trending, created_at, owner, name, private, task, speed, parameters);
CREATE INDEX repos_speed ON repos (kind, speed, created_at, owner, name, private, task, parameters);
CREATE INDEX repos_by_size ON repos (kind, size, created_at, owner, name, private, task, speed, parameters);
