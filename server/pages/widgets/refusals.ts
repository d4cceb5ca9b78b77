import type { Request } from 'express';
import { HubError } from '../../../config/errors.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import type { RepoRow } from '../../accounts/types.js';
import { requireFiles } from '../../gating/requireFiles.js';
import { inferenceAvailability } from '../../inference/graphs/availability.js';
import type { Services } from '../../services.js';

/** Why this viewer may not run a model that others may; null = they may. */
export function refusalOf(services: Services, request: Request, row: RepoRow): string | null {
  if (services.can(request.viewer, 'infer', row)) return null;
  if (request.viewer.kind === 'anonymous') return 'log in to run this model';
  const asked = services.accessRequests.of(row.id, request.viewer.user.id);
  if (asked?.state === 'pending') return 'your request for access waits for an answer';
  return asked ? 'its owners decided not to let you run this model' : 'ask for access to run this model';
}

/** What a form meets where no widget is: the status that the API gives, and the reason. */
export function noWidget(
  services: Services,
  request: Request,
  row: RepoRow,
  record: ModelRecord | null,
  reason: string | null,
): HubError {
  const availability = inferenceAvailability(services, row, record);
  if (availability.available) requireFiles(services, request.viewer, row);
  if (availability.available && refusalOf(services, request, row)) return new HubError('CREDENTIALS_NEEDED');
  const isOff = !availability.available && availability.kind === 'off';
  return new HubError(isOff ? 'INFERENCE_OFF' : 'INFERENCE_UNAVAILABLE', { reason: reason ?? 'it has no widget' });
}
