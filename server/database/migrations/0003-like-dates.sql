-- When each like was given, in ms since 1970; 0 = before likes had a date.
ALTER TABLE likes ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
