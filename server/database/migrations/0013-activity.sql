-- The latest pushes to somebody's repositories, for the home page.
CREATE INDEX pushes_by_repo ON pushes (repo_id, at);
