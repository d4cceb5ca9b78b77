import type { Repository, TreeEntry } from '../../indexer/repository/types.js';

const maxFiles = 50;
const maxBytes = 1_048_576;

/** Content of each `.gitattributes` among the files of a commit, by its folder ('' = root); larger ones are left out. */
export async function attributesOf(
  repository: Repository,
  files: readonly TreeEntry[],
): Promise<ReadonlyMap<string, string>> {
  const attributes = new Map<string, string>();
  const named = files.filter(({ path }) => /(^|\/)\.gitattributes$/.test(path)).slice(0, maxFiles);
  for (const { path, oid, sizeBytes } of named) {
    if (sizeBytes > maxBytes) continue;
    attributes.set(path.replace(/\/?\.gitattributes$/, ''), (await repository.blob(oid, sizeBytes)).toString('utf8'));
  }
  return attributes;
}
