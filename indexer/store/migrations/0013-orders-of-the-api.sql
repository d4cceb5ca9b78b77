-- Clients may ask for the largest: by parameters, where models without any stand last, and by bytes.
ALTER TABLE repos ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
UPDATE repos SET size = CAST(json_extract(record, '$.usedStorageBytes') AS INTEGER) WHERE record IS NOT NULL;
CREATE INDEX repos_by_parameters ON repos (kind, coalesce(parameters, -1), created_at, owner, name, private, task, speed);
CREATE INDEX repos_by_size ON repos (kind, size, created_at, owner, name, private, task, speed);
CREATE INDEX repos_gated ON repos (id) WHERE gated = 1;
