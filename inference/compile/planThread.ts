import { unavailableReason } from '../snapshot/snapshotFiles.js';
import { planSnapshot } from './index.js';

/** The code of the planner's thread: why the checkpoint of a snapshot cannot be compiled; null when it can. Without a folder it only starts. */
export default async function plan(folder: string | null): Promise<string | null> {
  if (folder === null) return null;
  try {
    await planSnapshot(folder);
    return null;
  } catch (error) {
    const reason = unavailableReason(error);
    if (reason === null) throw error;
    return reason;
  }
}
