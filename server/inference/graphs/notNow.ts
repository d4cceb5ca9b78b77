import type { ModelRecord } from '../../../indexer/tags/types.js';
import { formatBytes } from '../../../views/format.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { measuredBytes } from '../measuring/measurementOf.js';
import type { Remedy } from './availability.js';
import { estimatedBytes } from './estimatedBytes.js';
import { quarantineOf } from './quarantineOf.js';
import { servedGraph } from './servedGraph.js';

/** No estimate of a model's memory (graphs.ts) is above so much of its files, and a base. */
const mostPerByte = 8;
const mostBase = 16 * 1024 * 1024;

/**
 * Why a model that is available is not run all the same: it is quarantined, or larger than the whole budget; null = it is
 * run. What a call would be refused with, for those who do not call.
 */
export async function notNow(
  services: Services,
  row: RepoRow,
  record: ModelRecord,
  task: string,
): Promise<{ readonly reason: string; readonly remedy: Remedy } | null> {
  const quarantine = await quarantineOf(services, row, record.commit);
  if (quarantine) return { reason: `it is quarantined: ${quarantine.reason}`, remedy: 'settings' };
  const reason = await tooLarge(services, row, record, task);
  return reason === null ? null : { reason, remedy: 'size' };
}

/** By the runner's own figures: what the graph was measured to take, else the estimate from its files. */
async function tooLarge(services: Services, row: RepoRow, record: ModelRecord, task: string): Promise<string | null> {
  const { memoryBytes } = services.options.inference;
  // Most models are far from it: their files need not be laid out to tell.
  if (record.usedStorageBytes * mostPerByte + mostBase <= memoryBytes) return null;
  const key = await services.snapshotKey(row.ref, record.commit).catch(() => null);
  if (key === null || services.inference.state(key) === 'loaded') return null;
  const { graph } = servedGraph(services, row, record, key, { task });
  const bytes =
    measuredBytes(services.catalog, row, key, graph) ??
    (await estimatedBytes(services, row, record.commit, { key, graph }));
  return bytes > memoryBytes
    ? `it is too large for this hub: it needs ${formatBytes(bytes)}, the budget is ${formatBytes(memoryBytes)} (inference.memoryBytes)`
    : null;
}
