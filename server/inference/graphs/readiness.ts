import { setImmediate as pause } from 'node:timers/promises';
import type { RepoRef } from '../../../config/repo.js';
import type { Services } from '../../services.js';
import { availabilityNow } from './availabilityNow.js';

/** Lists filter by what the index holds: it is told anew whether a model answers, after whatever may have changed that. */
export async function noteReadiness(services: Services, repo: RepoRef): Promise<void> {
  if (repo.kind !== 'model') return;
  const row = services.catalog.find(repo.kind, repo.owner, repo.name);
  // It notes what it finds.
  if (row) await availabilityNow(services, row, services.index.get(repo)?.record ?? null);
}

/** All models, since options may be others than when the hub ended. */
export async function noteAllReadiness(services: Services, isClosed: () => boolean): Promise<void> {
  for (const { repo } of services.index.heads()) {
    if (isClosed()) return;
    if (repo.kind !== 'model') continue;
    await pause();
    await noteReadiness(services, repo).catch((error: unknown) =>
      services.log.debug('it could not be told whether a model answers', {
        model: `${repo.owner}/${repo.name}`,
        error,
      }),
    );
  }
}
