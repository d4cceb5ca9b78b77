import { LRUCache } from 'lru-cache';
import { repoId, repoKey } from '../../../config/repo.js';
import { parseCard } from '../../../indexer/card/frontMatter.js';
import { isMapping } from '../../../indexer/card/values.js';
import { maxCardBytes } from '../../../indexer/readFacts.js';
import { isOwn } from '../../../indexer/repository/ownEntry.js';
import type { TreeEntry } from '../../../indexer/repository/types.js';
import type { ModelRow, SearchScope } from '../../../indexer/search/types.js';
import { parseFactJson } from '../../../indexer/tags/factFiles.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';

export type Mapping = Readonly<Record<string, unknown>>;

/** What the properties of a repository are made of, at one revision; what stands in its files is read when a property asks. */
export interface RepoFacts {
  readonly row: RepoRow;
  readonly id: string;
  /** null before its first push was indexed. */
  readonly indexed: ModelRow | null;
  /** null where it has no commit. */
  readonly commit: string | null;
  readonly record: ModelRecord | null;
  /** Whose private repositories the one who asks may hear of. */
  readonly scope: SearchScope;
  readonly files: () => Promise<readonly TreeEntry[]>;
  readonly paths: () => Promise<readonly string[]>;
  /** Front matter of its card; null where it has none. */
  readonly card: () => Promise<Mapping | null>;
  /** A small JSON file at the root that holds a mapping; null where there is none. */
  readonly json: (path: string) => Promise<Mapping | null>;
}

const maxJsonBytes = 1_048_576;
/** By blob, cards of the index by commit: what files say does not change. Sizes are those of the files. */
const parsed = new LRUCache<string, { readonly value: Mapping | null }>({ maxSize: 16 * 1_048_576 });

export function factsOf(
  services: Pick<Services, 'repositories' | 'index'>,
  facts: Pick<RepoFacts, 'row' | 'indexed' | 'commit' | 'record' | 'scope'>,
): RepoFacts {
  const { row, commit } = facts;
  const repository = services.repositories.open(row.ref);

  async function read(
    path: string,
    maxBytes: number,
    parse: (text: string) => Mapping | null,
  ): Promise<Mapping | null> {
    const entry = commit === null ? null : await repository.entry(commit, path);
    if (entry?.type !== 'file' || entry.lfs || entry.sizeBytes > maxBytes) return null;
    const key = `${entry.oid} ${path}`;
    const known = parsed.get(key);
    if (known) return known.value;
    const value = parse((await repository.blob(entry.oid, maxBytes)).toString('utf8'));
    parsed.set(key, { value }, { size: 100 + entry.sizeBytes });
    return value;
  }

  async function card(): Promise<Mapping | null> {
    const text = commit === null ? null : services.index.card(row.ref, commit);
    if (text === null) return read('README.md', maxCardBytes, metadataOf);
    if (text === '') return null;
    const key = `${repoKey(row.ref)} ${commit}`;
    const known = parsed.get(key);
    if (known) return known.value;
    const value = metadataOf(text);
    parsed.set(key, { value }, { size: 100 + text.length });
    return value;
  }

  const files = async () =>
    commit === null ? [] : (await repository.tree(commit, '', { recursive: true })).filter(isOwn);
  return {
    ...facts,
    id: repoId(row.ref),
    files,
    async paths() {
      const known = commit === null ? [] : services.index.paths(row.ref, commit);
      return known ?? (await files()).map(({ path }) => path);
    },
    card,
    json: (path) => read(path, maxJsonBytes, mappingOf),
  };
}

function metadataOf(text: string): Mapping | null {
  const { metadata } = parseCard(text);
  return Object.keys(metadata).length > 0 ? metadata : null;
}

function mappingOf(text: string): Mapping | null {
  try {
    const value = parseFactJson(text);
    return isMapping(value) ? value : null;
  } catch {
    // The push's report has told what is wrong with it.
    return null;
  }
}
