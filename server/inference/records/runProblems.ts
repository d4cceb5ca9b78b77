import type { SqliteDatabase } from '../../../config/database.js';
import type { GraphProblem } from '../../../indexer/tags/types.js';

/** What only running a model tells, such as weights that are no numbers. Kept until other files, other code or a reindex. */
export interface RunProblems {
  /** Those of a snapshot that this version of the code found. */
  of(snapshotKey: string, code: string): readonly GraphProblem[];
  add(repoId: number, snapshotKey: string, code: string, problem: GraphProblem): void;
  /** Forgets what was found of a graph, or of all of them. */
  forget(repoId: number, problem?: Pick<GraphProblem, 'graph' | 'task'>): void;
}

interface StoredProblem {
  readonly graph: string;
  readonly task: string;
  readonly reason: string;
}

/** In hub.sqlite, since an index that is built anew must not call a model ready that is not. */
export function runProblems(db: SqliteDatabase, now: () => number): RunProblems {
  const select = db.prepare<[string, string], StoredProblem>(
    'SELECT graph, task, reason FROM run_problems WHERE snapshot = ? AND code = ? ORDER BY at',
  );
  const insert = db.prepare(
    'INSERT OR REPLACE INTO run_problems (repo_id, snapshot, graph, task, reason, code, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const dropOthers = db.prepare('DELETE FROM run_problems WHERE repo_id = ? AND (snapshot <> ? OR code <> ?)');
  const dropOne = db.prepare('DELETE FROM run_problems WHERE repo_id = ? AND graph = ? AND task = ?');
  const dropAll = db.prepare('DELETE FROM run_problems WHERE repo_id = ?');
  return {
    of: (key, code) => select.all(key, code).map(({ task, ...rest }) => ({ ...rest, task: task === '' ? null : task })),
    add(repoId, key, code, { graph, task, reason }) {
      dropOthers.run(repoId, key, code);
      insert.run(repoId, key, graph, task ?? '', reason, code, now());
    },
    forget(repoId, problem) {
      if (problem) dropOne.run(repoId, problem.graph, problem.task ?? '');
      else dropAll.run(repoId);
    },
  };
}
