import { statfs } from 'node:fs/promises';
import { HubError } from '../../config/errors.js';
import type { Services } from '../services.js';

/** Refuses a write while the disk is below the floor; reading goes on. @throws HubError STORAGE_FULL */
export async function requireFreeDisk(
  { data, options }: Pick<Services, 'data' | 'options'>,
  neededBytes = 0,
): Promise<void> {
  const { bavail, bsize } = await statfs(data.root);
  const freeBytes = bavail * bsize;
  const floorBytes = options.storage.floorBytes + neededBytes;
  if (freeBytes < floorBytes) throw new HubError('STORAGE_FULL', { freeBytes, floorBytes });
}
