import path from 'node:path';
import { LRUCache } from 'lru-cache';
import { openDatabase } from '../../config/database.js';
import { datasetPart } from '../../config/datasetPart.js';
import { projectRoot } from '../../config/projectRoot.js';
import { type RepoKind, type RepoRef, repoKey } from '../../config/repo.js';
import { listModels } from '../search/listModels.js';
import { overviewOf } from '../search/overview.js';
import { type FacetTag, TagCounts } from '../search/tagCounts.js';
import type { ModelRow } from '../search/types.js';
import type { ModelRecord, Tag, TagFacet } from '../tags/types.js';
import type { IndexedHead, IndexStore, RepoFacts } from '../types.js';

/** A row of the table `repos`. */
export interface StoredRow {
  readonly id: number;
  readonly kind: RepoKind;
  readonly owner: string;
  readonly name: string;
  readonly private: number;
  readonly head: string | null;
  readonly created_at: number;
  readonly modified_at: number;
  readonly downloads: number;
  readonly downloads_all: number;
  readonly likes: number;
  readonly trending: number;
  readonly speed: number;
  readonly gated: number;
  readonly ready: number;
  readonly record: string | null;
}

type StoredHead = Omit<StoredRow, 'record' | 'ready'>;

const maxSearchedCharacters = 262_144;
/** Of the paths of a repository as JSON; of more, git is asked. */
const maxPathCharacters = 131_072;
const maxCachedBytes = 4 * 1_048_576;
/** Of rows that were asked for last, measured by their records as text. */
const maxKeptCharacters = 8 * 1_048_576;

/** Opens index.sqlite. The only writer of it is the returned store. @throws HubError SCHEMA_TOO_NEW */
export function openIndexStore(file: string, backups: string): IndexStore {
  const db = openDatabase({ file, backups, migrations: path.join(projectRoot, 'indexer', 'store', 'migrations') });
  const select = db.prepare<[string, string, string], StoredRow>(
    'SELECT * FROM repos WHERE kind = ? AND owner = ? AND name = ?',
  );
  // Each call of a model asks for its row.
  const kept = new LRUCache<string, ModelRow>({ maxSize: maxKeptCharacters });
  const tagCounts = new TagCounts(db);
  // Counts of what matches a filter; whatever changes what may match takes all of them away.
  const answers = new LRUCache<string, object>({ max: 200 });
  const upsert = db.prepare(`
    INSERT INTO repos (kind, owner, name, private, head, created_at, modified_at, downloads, downloads_all, likes, trending, speed, gated, task, license, parameters, size, record)
    VALUES (@kind, @owner, @name, @private, @head, @createdAt, @modifiedAt, @downloads, @downloadsAll, @likes, @trending, @speed, @gated, @task, @license, @parameters, @size, @record)
    ON CONFLICT (kind, owner, name) DO UPDATE SET owner = @owner, name = @name, private = @private, head = @head,
      created_at = @createdAt, modified_at = @modifiedAt, downloads = @downloads, downloads_all = @downloadsAll,
      likes = @likes, trending = @trending, speed = @speed, gated = @gated, task = @task, license = @license, parameters = @parameters, size = @size, record = @record
    RETURNING id, ready`);
  const dropTags = db.prepare('DELETE FROM tags WHERE repo_id = ?');
  const addTag = db.prepare('INSERT OR IGNORE INTO tags (repo_id, facet, name) VALUES (?, ?, ?)');
  const selectTags = db.prepare<[number], FacetTag>('SELECT facet, name FROM tags WHERE repo_id = ?');
  const dropResults = db.prepare('DELETE FROM results WHERE repo_id = ?');
  const addResult = db.prepare(
    `INSERT INTO results (repo_id, metric, task, dataset, dataset_id, part, value, number)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const putCard = db.prepare('INSERT OR REPLACE INTO cards (repo_id, text) VALUES (?, ?)');
  const dropPaths = db.prepare('DELETE FROM files WHERE repo_id = ?');
  const putPaths = db.prepare('INSERT INTO files (repo_id, paths) VALUES (?, ?)');
  const atHead = 'repos ON repos.id = repo_id WHERE kind = ? AND owner = ? AND name = ? AND head = ?';
  const selectPaths = db.prepare<string[], string>(`SELECT paths FROM files JOIN ${atHead}`).pluck();
  const selectCard = db.prepare<string[], string>(`SELECT text FROM cards JOIN ${atHead}`).pluck();
  const updateFacts =
    db.prepare(`UPDATE repos SET private = ?, likes = ?, trending = ?, speed = ?, gated = ?, downloads = ?, downloads_all = ?, created_at = ?
    WHERE kind = ? AND owner = ? AND name = ?`);
  const remove = db.prepare<[string, string, string], { id: number }>(
    'DELETE FROM repos WHERE kind = ? AND owner = ? AND name = ? RETURNING id',
  );
  const selectFilters = db.prepare<[string, string, string], { private: number; speed: number; gated: number }>(
    'SELECT private, speed, gated FROM repos WHERE kind = ? AND owner = ? AND name = ?',
  );
  const selectHeads = db.prepare<[], StoredHead>(
    'SELECT kind, owner, name, private, head, created_at, downloads, downloads_all, likes, trending, speed, gated FROM repos',
  );
  const updateReady = db.prepare<[number, string, string, string], { id: number }>(
    'UPDATE repos SET ready = ? WHERE kind = ? AND owner = ? AND name = ? RETURNING id',
  );
  const getCached = db.prepare<[string], { value: string }>('SELECT value FROM cache WHERE key = ?');
  const putCached = db.prepare('INSERT OR REPLACE INTO cache (key, value) VALUES (?, ?)');

  const put = db.transaction((repo: RepoRef, row: Parameters<IndexStore['put']>[1]) => {
    const { facts, record } = row;
    const stored = upsert.get({
      ...repo,
      private: facts.private ? 1 : 0,
      head: row.head,
      createdAt: facts.createdAtMs,
      modifiedAt: row.modifiedAtMs,
      downloads: facts.downloads,
      downloadsAll: facts.downloadsAllTime,
      likes: facts.likes,
      trending: facts.trending,
      speed: facts.speed,
      gated: facts.gated ? 1 : 0,
      task: record?.pipelineTag ?? null,
      license: record?.license ?? null,
      parameters: record?.parameters?.total ?? null,
      size: record?.usedStorageBytes ?? 0,
      record: record ? JSON.stringify(record) : null,
    }) as { id: number; ready: number };
    const { id } = stored;
    dropTags.run(id);
    for (const tag of record?.tags ?? []) addTag.run(id, facetOf(tag), tag.name);
    dropResults.run(id);
    for (const { metric, task, dataset } of resultsOf(record)) {
      const number = typeof metric.value === 'number' ? metric.value : null;
      const { name, type } = dataset;
      addResult.run(id, metric.type, task.type, name, type, datasetPart(dataset), String(metric.value), number);
      // Whoever reports a metric is found by it, named under `metrics:` or not.
      addTag.run(id, 'metric', `metric:${metric.type}`);
    }
    for (const name of usedBy(record)) addTag.run(id, 'uses', name);
    putCard.run(id, row.cardText.slice(0, maxSearchedCharacters));
    dropPaths.run(id);
    const paths = row.paths && JSON.stringify(row.paths);
    if (paths && paths.length <= maxPathCharacters) putPaths.run(id, paths);
    return stored;
  });

  const listed = { db, tags: tagCounts, kept: answers };
  function get(repo: RepoRef): ModelRow | null {
    const key = repoKey(repo);
    const known = kept.get(key);
    if (known) return known;
    const stored = select.get(repo.kind, repo.owner, repo.name);
    if (!stored) return null;
    const row = toModelRow(stored);
    kept.set(key, row, { size: 1000 + (stored.record?.length ?? 0) });
    return row;
  }

  return {
    list: async (query) => listModels({ ...listed, rowOf: get }, query),
    overview: overviewOf(listed),
    get,
    put(repo, row) {
      kept.delete(repoKey(repo));
      const { id, ready } = put.immediate(repo, row);
      answers.clear();
      tagCounts.put(id, { task: row.record?.pipelineTag ?? null, isReady: ready === 1, tags: selectTags.all(id) });
    },
    paths({ kind, owner, name }, head) {
      const paths = selectPaths.get(kind, owner, name, head);
      return paths === undefined ? null : (JSON.parse(paths) as string[]);
    },
    card({ kind, owner, name }, head) {
      const text = selectCard.get(kind, owner, name, head);
      return text === undefined || text.length === maxSearchedCharacters ? null : text;
    },
    setFacts(repo, facts: RepoFacts) {
      kept.delete(repoKey(repo));
      const before = selectFilters.get(repo.kind, repo.owner, repo.name);
      // Likes and downloads order a list, and no filter looks at them.
      const { private: isPrivate, speed, gated } = before ?? {};
      const isSame = isPrivate === Number(facts.private) && speed === facts.speed && gated === Number(facts.gated);
      if (!isSame) answers.clear();
      updateFacts.run(
        facts.private ? 1 : 0,
        facts.likes,
        facts.trending,
        facts.speed,
        facts.gated ? 1 : 0,
        facts.downloads,
        facts.downloadsAllTime,
        facts.createdAtMs,
        repo.kind,
        repo.owner,
        repo.name,
      );
    },
    setReady(repo, isReady) {
      if ((get(repo)?.ready ?? isReady) === isReady) return;
      kept.delete(repoKey(repo));
      const { id } = updateReady.get(isReady ? 1 : 0, repo.kind, repo.owner, repo.name)!;
      answers.clear();
      tagCounts.setReady(id, isReady);
    },
    remove(repo) {
      kept.delete(repoKey(repo));
      const removed = remove.get(repo.kind, repo.owner, repo.name);
      answers.clear();
      if (removed) tagCounts.remove(removed.id);
    },
    heads: () => selectHeads.all().map(toIndexedHead),
    cached: (key) => getCached.get(key)?.value ?? null,
    cache(key, value) {
      if (value.length <= maxCachedBytes) putCached.run(key, value);
    },
    close() {
      db.pragma('optimize');
      db.close();
    },
  };
}

/** The facets that the filter panel has; everything else is filtered under `other`. */
const facetsOfPanel: readonly TagFacet[] = [
  ...(['task', 'library', 'dataset', 'language', 'license', 'metric'] as const),
  ...(['task_categories', 'size_categories', 'format'] as const),
];

function facetOf({ facet }: Tag): string {
  return facetsOfPanel.includes(facet) ? facet : 'other';
}

const maxMetricCharacters = 100;

/** Records of datasets and of tests have no results. */
function resultsOf(record: ModelRecord | null): ModelRecord['evaluations'] {
  return (record?.evaluations ?? []).filter(({ metric }) => metric.type.length <= maxMetricCharacters);
}

/** A space is found by the models and datasets that it uses. */
function usedBy(record: ModelRecord | null): readonly string[] {
  const { models = [], datasets = [] } = record?.space ?? {};
  return [...models.map((id) => `model:${id}`), ...datasets.map((id) => `dataset:${id}`)];
}

function toIndexedHead(row: StoredHead): IndexedHead {
  const { kind, owner, name, head } = row;
  return {
    repo: { kind, owner, name },
    head,
    facts: {
      private: row.private === 1,
      createdAtMs: row.created_at,
      likes: row.likes,
      trending: row.trending,
      speed: row.speed,
      gated: row.gated === 1,
      downloads: row.downloads,
      downloadsAllTime: row.downloads_all,
    },
  };
}

export function toModelRow(row: StoredRow): ModelRow {
  return {
    kind: row.kind,
    id: `${row.owner}/${row.name}`,
    owner: row.owner,
    name: row.name,
    private: row.private === 1,
    head: row.head,
    createdAtMs: row.created_at,
    modifiedAtMs: row.modified_at,
    downloads: row.downloads,
    downloadsAllTime: row.downloads_all,
    likes: row.likes,
    trending: row.trending,
    speed: row.speed,
    gated: row.gated === 1,
    ready: row.ready === 1,
    record: row.record ? JSON.parse(row.record) : null,
  };
}
