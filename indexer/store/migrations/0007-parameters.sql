-- How many parameters a model has, where its files say; looked for apart from the long rows.
ALTER TABLE repos ADD COLUMN parameters INTEGER;
UPDATE repos SET parameters = CAST(json_extract(record, '$.parameters.total') AS INTEGER) WHERE record IS NOT NULL;
CREATE INDEX repos_parameters ON repos (parameters) WHERE parameters IS NOT NULL;
