import type { Request, Response } from 'express';
import { HubError, toHubError } from '../../config/errors.js';
import { isJsonObject } from '../../config/jsonObject.js';
import { repoPath } from '../../config/repo.js';
import { taskOf } from '../../config/tasks.js';
import type { ModelRecord } from '../../indexer/tags/types.js';
import type { InferenceCall } from '../../inference/types.js';
import { taskLabel } from '../../views/labels.js';
import {
  addressValues,
  exampleValues,
  type WidgetValues,
  widgetFields,
  widgetRequest,
  widgetValues,
} from '../../views/widgets/inputs.js';
import { type WidgetResult, WidgetResultView } from '../../views/widgets/result.js';
import type { WidgetMissingView } from '../../views/widgets/unavailable.js';
import type { WidgetExampleView, WidgetView } from '../../views/widgets/widget.js';
import type { RepoRow } from '../accounts/types.js';
import { checkFormToken } from '../csrf.js';
import { requireFiles } from '../gating/requireFiles.js';
import { outputOf } from '../inference/calls/answerBody.js';
import { askModel, type Question } from '../inference/calls/askModel.js';
import { EventStream, goneSignal } from '../inference/calls/eventStream.js';
import { inferenceAvailability } from '../inference/graphs/availability.js';
import { availabilityNow } from '../inference/graphs/availabilityNow.js';
import type { Services } from '../services.js';
import { pieceOf, queryOf, sendFragment } from './respond.js';
import { readUploadForm, type UploadForm } from './uploadForm.js';
import { widgetEars } from './widgetEars.js';
import { widgetError } from './widgetErrors.js';
import { widgetInputsOf } from './widgetInputs.js';
import { maskTokenOf } from './widgetMask.js';
import { missingWidget } from './widgetMissing.js';
import { pictureOf } from './widgetPicture.js';
import { widgetRemedyOf } from './widgetRemedy.js';
import { fileAddress, isElsewhere, sourceOf } from './widgetSource.js';

const maxExamples = 30;

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
  const given = reason === null ? addressValues(task, query) : {};
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
    takesAddresses: services.files !== null,
    unavailable: reason,
    remedy,
    result: output === undefined ? { state: 'idle' } : fromCard(row, output),
  };
  return { widget, reason, missing: null, examples };
}

/** A model with a chat template is spoken with; its task is to continue texts, and conversations are such. */
function formTask({ pipelineTag, tags }: ModelRecord): string | null {
  const isChat = pipelineTag === 'text-generation' && tags.some(({ name }) => name === 'conversational');
  return isChat ? 'conversational' : pipelineTag;
}

function refusalOf(services: Services, request: Request, row: RepoRow): string | null {
  if (services.can(request.viewer, 'infer', row)) return null;
  return request.viewer.kind === 'anonymous' ? 'log in to run this model' : 'ask for access to run this model';
}

export interface Example extends WidgetExampleView {
  /** The answer that the card gives. */
  readonly output?: unknown;
  /** What the card sets for this example alone. */
  readonly parameters?: Readonly<Record<string, unknown>>;
}

function examplesOf(
  services: Services,
  row: RepoRow,
  record: ModelRecord,
  task: string,
  { maskToken, answeredOnly }: { maskToken: string | null; answeredOnly: boolean },
): readonly Example[] {
  // Without its file an example cannot be asked, but its answer can be read.
  const isOutOfReach = (src: unknown): boolean => services.files === null && isElsewhere(src);
  const fromCard = record.widgetExamples.filter(
    ({ value }) =>
      Object.keys(exampleValues(task, value)).length > 0 &&
      (value.output !== undefined || !(answeredOnly || isOutOfReach(value.src))),
  );
  const chosen =
    fromCard.length > 0 || answeredOnly
      ? fromCard
      : widgetInputsOf(services)
          .examples(record.languages, task)
          .map(({ example_title: title, ...value }) => ({
            value,
            ...(typeof title === 'string' ? { title } : {}),
          }));
  const titledFirst = [...chosen].sort((a, b) => Number(!titleOf(a)) - Number(!titleOf(b)));
  const titled = titledFirst.filter(titleOf).length;
  return titledFirst.slice(0, maxExamples).map((example, index) => ({
    title: titleOf(example) ?? `Example ${index + 1 - titled}`,
    group: 'group' in example && typeof example.group === 'string' ? example.group : null,
    href: `${repoPath(row.ref)}?example=${index}#widget`,
    values: exampleValues(task, example.value, maskToken),
    ...(example.value.output === undefined ? {} : { output: example.value.output }),
    ...(isJsonObject(example.value.parameters) ? { parameters: example.value.parameters } : {}),
  }));
}

function titleOf(example: { readonly title?: string }): string | undefined {
  return example.title;
}

/** @param row whose files an `output.url` may name */
function fromCard(row: RepoRow, output: unknown): WidgetResult {
  const url = isJsonObject(output) && typeof output.url === 'string' ? output.url : null;
  const file = url === null ? null : { url, address: isElsewhere(url) ? url : fileAddress(row, url) };
  return { state: 'done', output, file, seconds: null, computeType: null, fromCard: true };
}

/**
 * The widget's form, as `<hub-widget>` posts it with `X-Fragment: widget`: the answer as a piece of the page. `X-Load-Model: 0`
 * answers only when the model is loaded or the answer known, `X-Wait-For-Model: false` begins the load and gives 202.
 * `Accept: text/event-stream` hears, before the answer, what widgetEars tells; its last event is the answer, `{html}`.
 * `example` in the form is the index of the example that fills it: its parameters count, and with `card=1` its answer serves.
 */
export async function sendWidgetFragment(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  record: ModelRecord | null,
): Promise<void> {
  const drawn = ({ task, values, result }: Pick<AnsweredForm, 'task' | 'values' | 'result'>) => (
    <WidgetResultView task={task} values={values} result={result} />
  );
  const htmlOf = (about: Parameters<typeof drawn>[0]) => pieceOf(services, request, response, drawn(about));
  const events = new EventStream(response);
  const ears: Listen = (about) => widgetEars(events, () => htmlOf({ ...about, result: { state: 'running' } }));
  const hears = request.headers.accept?.includes('text/event-stream') ?? false;
  const answered = await answerForm(services, request, response, row, record, hears ? ears : null);
  if (events.isBegun) {
    events.send({ html: htmlOf(answered) });
    events.end();
    return;
  }
  const { result, status } = answered;
  if (result.state === 'loading') response.set('Retry-After', String(Math.ceil(result.seconds)));
  await sendFragment(services, request, response, drawn(answered), { status });
}

/** What hears the parts of an answer to that form. */
type Listen = (about: Pick<AnsweredForm, 'task' | 'values'>) => Pick<Question, 'onPlace' | 'onEvent'>;

interface AnsweredForm {
  readonly task: string;
  readonly values: WidgetValues;
  readonly result: WidgetResult;
  readonly status: number;
}

async function answerForm(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  record: ModelRecord | null,
  listen: Listen | null,
): Promise<AnsweredForm> {
  try {
    const { fields, file } = await readWidgetForm(services, request, response);
    const described = await widgetOf(services, request, row, record);
    const { widget, reason } = described;
    if (!widget) throw noWidget(services, request, row, record, reason);
    const { task } = widget;
    const values = widgetValues(task, (name) => fields[name]);
    const example = file ? null : exampleOf(task, described.examples, values, fields.example);
    if (example?.output !== undefined && fields.card === '1')
      return { task, values, result: fromCard(row, example.output), status: 200 };
    return { task, values, ...(await ask(services, request, response, row, { task, values, file, example, listen })) };
  } catch (error) {
    return { task: '', values: {}, ...failed(services, request, error) };
  }
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

/** The example that fills the form, while the form still holds it. */
function exampleOf(
  task: string,
  examples: readonly Example[],
  values: WidgetValues,
  index: string | undefined,
): Example | null {
  const example = index ? examples[Number(index)] : undefined;
  if (!example) return null;
  const inputs = (widgetFields[task] ?? []).filter(({ parameter, kind }) => !parameter && kind !== 'held');
  return inputs.every(({ name }) => (example.values[name] ?? '') === (values[name] ?? '')) ? example : null;
}

/** The whole page after a form without JavaScript: the widget with what was typed and its answer. */
export async function answeredWidget(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  widget: WidgetView,
  examples: readonly Example[],
  { fields, file }: UploadForm,
): Promise<WidgetView> {
  const { task } = widget;
  const values = widgetValues(task, (name) => fields[name]);
  const example = file ? null : exampleOf(task, examples, values, fields.example);
  const { result } = await ask(services, request, response, row, { task, values, file, example, listen: null });
  return { ...widget, values, pinned: true, chosen: null, result };
}

interface Asked {
  readonly task: string;
  readonly values: WidgetValues;
  readonly file: UploadForm['file'];
  readonly example: Example | null;
  readonly listen: Listen | null;
}

/** Tasks whose answers come in parts. */
const written: ReadonlySet<string> = new Set([
  'text-generation',
  'conversational',
  'text2text-generation',
  'summarization',
  'translation',
]);
/** Of these nobody wants the same text again. */
const drawnAnew: ReadonlySet<string> = new Set(['text-generation', 'conversational']);

async function ask(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  { task, values, file, example, listen }: Asked,
): Promise<{ result: WidgetResult; status: number }> {
  try {
    const source = file ?? (await sourceOf(services, row, values.src));
    const { inputs, parameters } = widgetRequest(task, values, source);
    const load = loadWanted(request);
    const { times, ...answer } = await askModel(services, request, row, {
      revision: null,
      task,
      inputs,
      // The card's own parameters lie under these; what somebody set in the form lies above.
      parameters: {
        ...example?.parameters,
        ...parameters,
        ...(listen && written.has(task) ? { stream: true } : {}),
      },
      load,
      useCache: load === 'never' || !drawnAnew.has(task),
      signal: goneSignal(response),
      ...listen?.({ task, values }),
    });
    const result: WidgetResult = {
      state: 'done',
      output: outputOf(answer),
      seconds: times ? times.computeMs / 1000 : null,
      computeType: times?.computeType ?? null,
      fromCard: false,
      picture: await pictureOf({
        task,
        source,
        path: file ? undefined : values.src,
        row,
        isAtHand: wantsWidgetFragment(request),
      }),
    };
    return { result, status: 200 };
  } catch (error) {
    return failed(services, request, error);
  }
}

function loadWanted({ headers }: Request): InferenceCall['load'] {
  if (headers['x-load-model'] === '0') return 'never';
  return headers['x-wait-for-model'] === 'false' ? 'begin' : 'wait';
}

/** A load that goes on is no failure: browsers would write one into their console. */
function failed(services: Services, request: Request, error: unknown): { result: WidgetResult; status: number } {
  const hubError = toHubError(error);
  if (hubError.code === 'MODEL_LOADING') {
    const seconds = Number(hubError.details.seconds ?? 5);
    if (loadWanted(request) === 'never') return { result: { state: 'unloaded', seconds }, status: 200 };
    return { result: { state: 'loading', seconds }, status: 202 };
  }
  if (hubError.code === 'INTERNAL') services.log.error('a widget got no answer', { error });
  const login = `/login?next=${encodeURIComponent(request.originalUrl)}`;
  return { result: widgetError(hubError, login), status: hubError.status };
}

/**
 * The posted form. Strangers' forms carry no token, so that their pages are the same for all of them and may be kept: what
 * such a form asks, anybody may ask. @throws HubError as readForm does
 */
export async function readWidgetForm(services: Services, request: Request, response: Response): Promise<UploadForm> {
  const form = await readUploadForm(request, response);
  if (request.viewer.kind === 'user') checkFormToken(services, request, form.fields);
  return form;
}

/** What limits calls refused one: a piece of the page for `<hub-widget>`. */
export async function sendWidgetRefusal(
  services: Services,
  request: Request,
  response: Response,
  error: unknown,
): Promise<void> {
  const { result, status } = failed(services, request, error);
  await sendFragment(services, request, response, <WidgetResultView task="" values={{}} result={result} />, { status });
}

/** Whether this POST comes from `<hub-widget>`. */
export function wantsWidgetFragment(request: Request): boolean {
  return request.headers['x-fragment'] === 'widget';
}
