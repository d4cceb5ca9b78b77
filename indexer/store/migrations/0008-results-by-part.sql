-- Results of two configurations or splits of a dataset are not one table: a model's second one was lost behind its best.
ALTER TABLE results ADD COLUMN dataset_id TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN part TEXT NOT NULL DEFAULT '';
DELETE FROM results;
INSERT INTO results (repo_id, metric, task, dataset, dataset_id, part, value, number)
SELECT repos.id, json_extract(row.value, '$.metric.type'), json_extract(row.value, '$.task.type'),
  json_extract(row.value, '$.dataset.name'), json_extract(row.value, '$.dataset.type'),
  concat_ws(', ', nullif(json_extract(row.value, '$.dataset.config'), ''), nullif(json_extract(row.value, '$.dataset.split'), '')),
  CAST(json_extract(row.value, '$.metric.value') AS TEXT),
  CASE WHEN json_type(row.value, '$.metric.value') IN ('integer', 'real') THEN json_extract(row.value, '$.metric.value') END
FROM repos, json_each(repos.record, '$.evaluations') AS row
WHERE repos.record IS NOT NULL AND length(json_extract(row.value, '$.metric.type')) <= 100;
