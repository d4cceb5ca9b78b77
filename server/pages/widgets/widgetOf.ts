import type { Request } from 'express';
import { repoPath } from '../../../config/repo.js';
import { taskOf } from '../../../config/tasks.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { taskLabel } from '../../../views/labels.js';
import { addressValues, widgetFields } from '../../../views/widgets/inputs.js';
import type { WidgetMissingView } from '../../../views/widgets/unavailable.js';
import type { WidgetView } from '../../../views/widgets/widget.js';
import type { RepoRow } from '../../accounts/types.js';
import { availabilityNow } from '../../inference/graphs/availabilityNow.js';
import type { Services } from '../../services.js';
import { queryOf } from '../respond.js';
import { cardAnswer, type Example, examplesOf } from './examplesOf.js';
import { maskTokenOf } from './maskTokenOf.js';
import { missingWidget } from './missingWidget.js';
import { newTokensOf } from './newTokensOf.js';
import { refusalOf } from './refusals.js';
import { widgetRemedyOf } from './widgetRemedy.js';

const nothing: WidgetOrReason = { widget: null, reason: null, missing: null, examples: [] };

/** The widget of a model's page, and one sentence why the model cannot be run; both null where nobody expects a widget. */
export interface WidgetOrReason {
  readonly widget: WidgetView | null;
  readonly reason: string | null;
  /** What the page shows in place of a widget. */
  readonly missing: WidgetMissingView | null;
  /** The widget's examples, with what the card says of them beside their inputs. */
  readonly examples: readonly Example[];
}

/**
 * The widget as the page's address fills it in. Nothing is computed. Where the model cannot be run, it shows the examples that
 * bring their answers; without such examples there is none.
 */
export async function widgetOf(
  services: Services,
  request: Request,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<WidgetOrReason> {
  if (row.ref.kind !== 'model' || !record) return nothing;
  const availability = await availabilityNow(services, row, record);
  const reason = availability.available ? refusalOf(services, request, row) : availability.reason;
  const mayWrite = services.can(request.viewer, 'write', row);
  const remedy = !availability.available && mayWrite ? widgetRemedyOf(row, availability.remedy) : null;
  const task = formTask(record);
  const without = (): WidgetOrReason => ({
    widget: null,
    reason,
    missing: missingWidget(services, request, row, record, { availability, reason, remedy }),
    examples: [],
  });
  if (!task || !widgetFields[task]) return without();
  const maskToken = task === 'fill-mask' ? await maskTokenOf(services, row.ref, record) : null;
  const examples = examplesOf(services, row, record, task, { maskToken, answeredOnly: reason !== null });
  if (reason !== null && examples.length === 0) return without();
  const query = queryOf(request);
  // Values in the address win; else the example that it names, else the first.
  const given = reason === null ? addressValues(task, query, maskToken) : {};
  const isGiven = Object.keys(given).length > 0;
  const named = Number(query.get('example') ?? Number.NaN);
  const chosen = isGiven || examples.length === 0 ? null : examples[named] ? named : 0;
  const output = chosen === null ? undefined : examples[chosen]!.output;
  const widget: WidgetView = {
    task,
    taskLabel: taskLabel(record.pipelineTag ?? task),
    taskId: taskOf(record.pipelineTag ?? task) ?? null,
    action: repoPath(row.ref),
    values: chosen === null ? given : examples[chosen]!.values,
    examples: examples.map(({ output: _, parameters: __, ...example }) => example),
    chosen,
    pinned: isGiven || chosen === named,
    maskToken,
    newTokens: await newTokensOf(services, row.ref, task, record),
    takesAddresses: services.files !== null,
    unavailable: reason,
    remedy,
    result: output === undefined ? { state: 'idle' } : cardAnswer(row, output),
  };
  return { widget, reason, missing: null, examples };
}

/** A model with a chat template is spoken with; its task is to continue texts, and conversations are such. */
function formTask({ pipelineTag, tags }: ModelRecord): string | null {
  const isChat = pipelineTag === 'text-generation' && tags.some(({ name }) => name === 'conversational');
  return isChat ? 'conversational' : pipelineTag;
}
