-- Calls a second of a model on this host, from hub.sqlite; 0 = not measured.
ALTER TABLE repos ADD COLUMN speed REAL NOT NULL DEFAULT 0;
CREATE INDEX repos_speed ON repos (kind, speed, created_at, owner, name);
