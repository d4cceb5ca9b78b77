import { HubError } from '../../config/errors.js';
import { planSnapshot } from './index.js';

/** The code of the planner's thread: why the checkpoint of a snapshot cannot be compiled; null when it can. Without a folder it only starts. */
export default async function plan(folder: string | null): Promise<string | null> {
  if (folder === null) return null;
  try {
    await planSnapshot(folder);
    return null;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    if (error.code === 'INFERENCE_UNAVAILABLE') return String(error.details.reason);
    if (error.code === 'WEIGHT_HEADER_INVALID') return error.message;
    throw error;
  }
}
