import type { Request, Response } from 'express';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { type WidgetValues, widgetValues } from '../../../views/widgets/inputs.js';
import { type WidgetResult, WidgetResultView } from '../../../views/widgets/result.js';
import type { RepoRow } from '../../accounts/types.js';
import { EventStream } from '../../inference/calls/eventStream.js';
import type { Services } from '../../services.js';
import { pieceOf, sendFragment } from '../respond.js';
import { askWidget, failedAnswer, type Listen } from './askWidget.js';
import { cardAnswer, heldExample } from './examplesOf.js';
import { noWidget } from './refusals.js';
import { widgetEars } from './widgetEars.js';
import { readWidgetForm } from './widgetForm.js';
import { widgetOf } from './widgetOf.js';

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
    const example = file ? null : heldExample(task, described.examples, values, fields.example);
    if (example?.output !== undefined && fields.card === '1')
      return { task, values, result: cardAnswer(row, example.output), status: 200 };
    const asked = { task, values, file, example, newTokens: widget.newTokens, listen, isAtHand: true, limitMs: null };
    return { task, values, ...(await askWidget(services, request, response, row, asked)) };
  } catch (error) {
    return { task: '', values: {}, ...failedAnswer(services, request, error) };
  }
}

/** What limits calls refused one: a piece of the page for `<hub-widget>`. */
export async function sendWidgetRefusal(
  services: Services,
  request: Request,
  response: Response,
  error: unknown,
): Promise<void> {
  const { result, status } = failedAnswer(services, request, error);
  await sendFragment(services, request, response, <WidgetResultView task="" values={{}} result={result} />, { status });
}
