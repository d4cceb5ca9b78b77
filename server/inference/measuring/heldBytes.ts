import type { Services } from '../../services.js';

/** What a model that is in memory takes on one thread; several may hold it. 0 where it is not there. */
export function heldBytes({ inference }: Pick<Services, 'inference'>, snapshotKey: string): number {
  const held = inference.stats().models.find(({ key }) => key === snapshotKey);
  return held ? Math.round(held.bytes / Math.max(1, held.threads)) : 0;
}
