import type { Request } from 'express';
import { HubError } from '../../config/errors.js';
import type { ModelRow } from '../../indexer/search/types.js';
import { findModel } from '../api/findModel.js';
import { inferenceAvailability } from '../inference/graphs/availability.js';
import { quarantineOf } from '../inference/graphs/quarantineOf.js';
import { scopeOf } from '../listing/scope.js';
import { findRepository } from '../repositories/findRepository.js';
import type { Services } from '../services.js';
import { withSlash } from './asking.js';

/** Models that are looked at, the latest first. */
const maxModels = 1000;

/** The models that the caller may ask and that run here: no quarantined ones. */
export async function modelList(services: Services, { viewer }: Request): Promise<object> {
  const { rows } = await services.index.list({
    kind: 'model',
    tags: [],
    tasks: [],
    licenses: [],
    sort: 'modified',
    direction: 'descending',
    limit: maxModels,
    scope: scopeOf(services.options, viewer),
  });
  const running = rows.filter(({ owner, name, record }) => {
    const found = findRepository(services, viewer, { kind: 'model', owner, name });
    return found !== null && inferenceAvailability(services, found.row, record).available;
  });
  const kept = await Promise.all(
    running.map(async ({ owner, name, record }) => {
      const ref = { kind: 'model', owner, name } as const;
      return (await quarantineOf(services, { ref }, record?.commit ?? null)) === null;
    }),
  );
  return { object: 'list', data: running.filter((_, at) => kept[at]).map(listed) };
}

/** One of them. @throws HubError REPO_NOT_FOUND */
export function oneModel(services: Services, request: Request, id: string): object {
  const { row } = findModel(services, request, withSlash(id));
  const indexed = services.index.get(row.ref);
  if (!indexed) throw new HubError('REPO_NOT_FOUND');
  return listed(indexed);
}

function listed({ id, owner, createdAtMs }: Pick<ModelRow, 'id' | 'owner' | 'createdAtMs'>): object {
  return { id, object: 'model', created: Math.floor(createdAtMs / 1000), owned_by: owner };
}
