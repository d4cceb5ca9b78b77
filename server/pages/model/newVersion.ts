import { parseRepoId, repoId } from '../../../config/repo.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { NewVersion } from '../../../views/pages/model/banners.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { readablePath } from '../../repositories/readablePath.js';
import type { Services } from '../../services.js';

const maxSteps = 20;

/**
 * The newest version that `new_version` leads to: each one's card is asked in turn, as far as this hub has them and shows them to
 * the viewer. Where they lead in a circle, it is the last one before it closes.
 */
export function newestVersion(
  services: Pick<Services, 'catalog' | 'can' | 'index'>,
  viewer: Viewer,
  row: RepoRow,
  record: ModelRecord | null,
): NewVersion | null {
  const seen = new Set([repoId(row.ref).toLowerCase()]);
  let newest: NewVersion | null = null;
  let next = record?.newVersion;
  while (next && !seen.has(next.toLowerCase()) && seen.size <= maxSteps) {
    seen.add(next.toLowerCase());
    const href = readablePath(services, viewer, 'model', next);
    // One that is not here says no more; the last that is here can at least be looked at.
    if (href === null) return newest ?? { id: next, href: null };
    newest = { id: href.slice(1), href };
    seen.add(newest.id.toLowerCase());
    next = services.index.get(parseRepoId('model', newest.id))?.record?.newVersion;
  }
  return newest;
}
