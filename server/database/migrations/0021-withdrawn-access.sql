-- Whether somebody who is rejected was let in before.
ALTER TABLE access_requests ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
