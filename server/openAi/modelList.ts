import type { Request } from 'express';
import { HubError } from '../../config/errors.js';
import type { ModelRow } from '../../indexer/search/types.js';
import { findModel } from '../api/findModel.js';
import { runningFor } from '../listing/runningFor.js';
import { runsFor } from '../listing/runsFor.js';
import { scopeOf } from '../listing/scope.js';
import type { Services } from '../services.js';
import { withSlash } from './asking.js';

/** Models that are looked at, the latest first. */
const maxModels = 1000;

/** The models that the caller may ask and that run here: none that are quarantined, or larger than the memory. */
export async function modelList(services: Services, { viewer }: Request): Promise<object> {
  const { rows } = await services.index.list({
    kind: 'model',
    tags: [],
    tasks: [],
    licenses: [],
    sort: 'modified',
    direction: 'descending',
    limit: maxModels,
    ready: true,
    scope: scopeOf(services.options, viewer),
    ...runsFor(services, viewer),
  });
  const running = runningFor(services, viewer, rows).filter(({ ready }) => ready);
  return { object: 'list', data: running.map(listed) };
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
