-- Whether a model answers here now, noted by the hub as that changes, and whether its files are asked for. Both are looked for
-- apart from the long rows, and noted anew at the start.
ALTER TABLE repos ADD COLUMN ready INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repos ADD COLUMN gated INTEGER NOT NULL DEFAULT 0;
CREATE INDEX repos_ready ON repos (id) WHERE ready = 1;
