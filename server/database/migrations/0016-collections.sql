-- Lists of repositories that people and organisations make. `id` is the end of the address: 24 hex digits.
CREATE TABLE collections (
  id TEXT PRIMARY KEY,
  user_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
  organization_id INTEGER REFERENCES organizations (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  private INTEGER NOT NULL,
  theme TEXT NOT NULL,
  -- Among those of the owner.
  position INTEGER NOT NULL,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((user_id IS NULL) <> (organization_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX collections_of_users ON collections (user_id, position);
CREATE INDEX collections_of_organizations ON collections (organization_id, position);
CREATE INDEX collections_by_change ON collections (updated_at DESC, id DESC);

-- A repository, or another collection.
CREATE TABLE collection_items (
  id TEXT PRIMARY KEY,
  collection_id TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  repo_id INTEGER REFERENCES repos (id) ON DELETE CASCADE,
  nested_id TEXT REFERENCES collections (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  note TEXT NOT NULL,
  UNIQUE (collection_id, repo_id),
  UNIQUE (collection_id, nested_id),
  CHECK ((repo_id IS NULL) <> (nested_id IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_items_of_repos ON collection_items (repo_id);
CREATE INDEX collection_items_of_collections ON collection_items (nested_id);
