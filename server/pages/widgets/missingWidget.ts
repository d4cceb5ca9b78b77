import type { Request } from 'express';
import { taskOf } from '../../../config/tasks.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { tensorTask } from '../../../inference/pipelines/index.js';
import { taskLabel } from '../../../views/labels.js';
import type { WidgetMissingView, WidgetRemedy } from '../../../views/widgets/unavailable.js';
import type { RepoRow } from '../../accounts/types.js';
import { type Availability, inferenceAvailability } from '../../inference/graphs/availability.js';
import type { Services } from '../../services.js';
import { curlLine, placeOnHub } from '../model/curl.js';

interface Why {
  readonly availability: Availability;
  readonly reason: string | null;
  readonly remedy: WidgetRemedy | null;
}

/** What stands in place of a widget; null where nothing hinders one. */
export function missingWidget(
  services: Services,
  request: Request,
  row: RepoRow,
  record: ModelRecord,
  { availability, reason, remedy }: Why,
): WidgetMissingView | null {
  const task = record.pipelineTag;
  if (reason === null) return null;
  // Nothing that its owner could mend would bring a widget.
  const isServed = availability.available || availability.remedy !== 'taskNotServed';
  return {
    task: task ? { task, id: taskOf(task) ?? null, label: taskLabel(task) } : null,
    reason,
    remedy,
    call: isServed ? null : callOf(services, request, row, record),
  };
}

/** The most that the API answers of such a model: its tensors, else what the hub knows of it. */
function callOf(services: Services, request: Request, row: RepoRow, record: ModelRecord): WidgetMissingView['call'] {
  const place = placeOnHub(request, row);
  const { id } = place;
  if (inferenceAvailability(services, row, record, tensorTask).available)
    return { title: 'Its tensors by the API', text: curlLine(`/v2/models/${id}`, place) };
  return { title: 'What the API has of it', text: curlLine(`/api/models/${id}`, place) };
}
