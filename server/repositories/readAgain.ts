import { repoId } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';

/** Indexes a repository anew; what was found by running its model is found anew as well. A failure is written down, and shown by pages. */
export async function readAgain({ indexer, runProblems, log }: Services, row: RepoRow): Promise<void> {
  runProblems.forget(row.id);
  await indexer.reindex(row.ref).catch((error: unknown) => {
    log.error('a repository could not be indexed', { repo: repoId(row.ref), error });
  });
}
