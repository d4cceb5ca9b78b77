import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';

/** Whether, and why, the files of a commit are no longer run; null = they are, or there is nothing to run. */
export async function quarantineOf(
  services: Pick<Services, 'inference' | 'snapshotKey'>,
  row: Pick<RepoRow, 'ref'>,
  commit: string | null,
): Promise<{ key: string; reason: string } | null> {
  // A key costs a look at the files.
  if (!services.inference.hasQuarantined()) return null;
  const key = commit ? await services.snapshotKey(row.ref, commit).catch(() => null) : null;
  const reason = key ? services.inference.quarantineReason(key) : null;
  return key && reason ? { key, reason } : null;
}
