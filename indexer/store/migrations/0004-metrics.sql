-- What `model-index` reports, one row a value. The metrics that a model names or reports are tags of a facet of their own.
CREATE TABLE results (
  repo_id INTEGER NOT NULL REFERENCES repos (id) ON DELETE CASCADE,
  metric TEXT NOT NULL COLLATE NOCASE,
  task TEXT NOT NULL,
  dataset TEXT NOT NULL,
  value TEXT NOT NULL,
  -- NULL when the value is no number.
  number REAL
) STRICT;
CREATE INDEX results_by_metric ON results (metric, dataset, number);
CREATE INDEX results_by_repo ON results (repo_id);
CREATE INDEX tags_by_facet ON tags (facet, name);

UPDATE tags SET facet = 'metric' WHERE facet = 'other' AND name LIKE 'metric:%';
INSERT INTO results
SELECT repos.id, json_extract(row.value, '$.metric.type'), json_extract(row.value, '$.task.type'),
  json_extract(row.value, '$.dataset.name'), CAST(json_extract(row.value, '$.metric.value') AS TEXT),
  CASE WHEN json_type(row.value, '$.metric.value') IN ('integer', 'real') THEN json_extract(row.value, '$.metric.value') END
FROM repos, json_each(repos.record, '$.evaluations') AS row
WHERE repos.record IS NOT NULL AND length(json_extract(row.value, '$.metric.type')) <= 100;
INSERT OR IGNORE INTO tags (repo_id, facet, name) SELECT repo_id, 'metric', 'metric:' || metric FROM results;
