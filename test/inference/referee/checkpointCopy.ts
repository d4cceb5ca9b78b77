import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';

export const checkpointsFolder = path.join(projectRoot, 'test', 'fixtures', 'checkpoints');

/** A copy of a checkpoint of the tests, since compiled graphs are written beside the weights. */
export async function checkpointCopy(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-checkpoint-'));
  await cp(path.join(checkpointsFolder, name), folder, { recursive: true });
  return folder;
}
