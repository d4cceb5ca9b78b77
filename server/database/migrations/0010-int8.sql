-- Whether the owner wants the model in int8: null = as the hub's option says.
ALTER TABLE repos ADD COLUMN int8 INTEGER;
-- What a search for an int8 graph found: the JSON of an Int8Result. Under other conditions (processor, ONNX Runtime, asked accuracy) it says nothing.
CREATE TABLE int8_graphs (
  snapshot TEXT PRIMARY KEY,
  conditions TEXT NOT NULL,
  model TEXT NOT NULL,
  result TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
