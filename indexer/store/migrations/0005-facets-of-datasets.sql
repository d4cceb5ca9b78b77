-- Datasets are filtered by what they are for, their size and the formats of their files. Those formats are new tags: a
-- dataset without a head is read again at the start.
UPDATE repos SET head = NULL WHERE kind = 'dataset';
