-- A paper has one tag, whatever the case its card writes it in, and stands among the papers of a dataset too: cards that name one
-- otherwise are read again at the start.
UPDATE repos SET head = NULL WHERE id IN (
  SELECT repo_id FROM tags
  WHERE name LIKE 'arxiv:%' AND (kind = 'dataset' OR substr(name, 1, 6) <> 'arxiv:' COLLATE BINARY));
