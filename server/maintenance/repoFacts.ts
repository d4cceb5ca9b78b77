import type { RepoRef } from '../../config/repo.js';
import type { RepoFacts } from '../../indexer/types.js';
import type { Catalog, Measurement, RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';

const weekMs = 7 * 86_400_000;

/** What is copied beside the derived record at each indexing; null for pending and unknown repositories. */
export function repoFacts(catalog: Catalog, repo: RepoRef, nowMs: number): RepoFacts | null {
  const row = catalog.find(repo.kind, repo.owner, repo.name);
  if (!row || row.state === 'pending') return null;
  const downloads = catalog.downloads(row.id, nowMs);
  return {
    // What was taken down is in nobody's lists.
    private: row.private || row.disabled !== null,
    createdAtMs: row.createdAtMs,
    likes: row.likes,
    trending: catalog.likesSince(row.id, nowMs - weekMs),
    downloads: downloads.last30Days,
    downloadsAllTime: downloads.allTime,
    speed: speedOf(catalog.measurement(row.id)),
    gated: row.gated !== null,
  };
}

/** Calls a second; 0 = not measured. */
function speedOf(measurement: Measurement | null): number {
  return measurement?.medianMs ? 1000 / measurement.medianMs : 0;
}

/** Copies what hub.sqlite says today beside the derived record. */
export function copyFacts(
  { catalog, index }: Pick<Services, 'catalog' | 'index'>,
  { ref }: Pick<RepoRow, 'ref'>,
): void {
  const facts = repoFacts(catalog, ref, Date.now());
  if (facts) index.setFacts(ref, facts);
}

/** Public ones only: whether a card is warned of a name must not tell that a private dataset has it. */
export function isLocalDataset(catalog: Catalog, id: string): boolean {
  const [owner, name, ...rest] = id.split('/');
  if (!owner || rest.length > 0) return false;
  const row = name ? catalog.find('dataset', owner, name) : catalog.aliasTarget('dataset', owner);
  return row !== null && row.state === 'active' && !row.private;
}
