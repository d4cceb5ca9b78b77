-- A list finds its places in an index alone: what filters look at stands behind each order. Rows are kilobytes long.
DROP INDEX repos_downloads;
DROP INDEX repos_modified;
DROP INDEX repos_speed;
CREATE INDEX repos_downloads ON repos (kind, downloads, created_at, owner, name, private, task, speed);
CREATE INDEX repos_modified ON repos (kind, modified_at, created_at, owner, name, private, task, speed);
CREATE INDEX repos_created ON repos (kind, created_at, owner, name, private, task, speed);
CREATE INDEX repos_likes ON repos (kind, likes, created_at, owner, name, private, task, speed);
CREATE INDEX repos_trending ON repos (kind, trending, created_at, owner, name, private, task, speed);
CREATE INDEX repos_speed ON repos (kind, speed, created_at, owner, name, private, task);
