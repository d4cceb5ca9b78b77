import type { Request, Response } from 'express';
import { toHubError } from '../../../config/errors.js';
import type { InferenceCall } from '../../../inference/types.js';
import { type WidgetValues, widgetRequest } from '../../../views/widgets/inputs.js';
import type { WidgetResult } from '../../../views/widgets/result.js';
import type { RepoRow } from '../../accounts/types.js';
import { outputOf } from '../../inference/calls/answerBody.js';
import { askModel, type Question } from '../../inference/calls/askModel.js';
import { goneSignal } from '../../inference/calls/eventStream.js';
import type { Services } from '../../services.js';
import type { UploadForm } from '../uploadForm.js';
import type { Example } from './examplesOf.js';
import { saysLength } from './newTokensOf.js';
import { pictureOf } from './pictureOf.js';
import { sourceOf } from './sourceOf.js';
import { widgetError } from './widgetErrors.js';

/** What hears the parts of an answer. */
export type Listen = (about: Pick<Asked, 'task' | 'values'>) => Pick<Question, 'onPlace' | 'onEvent'>;

interface Asked {
  readonly task: string;
  readonly values: WidgetValues;
  readonly file: UploadForm['file'];
  readonly example: Example | null;
  /** How many are asked for where neither form nor example says; null = left to the model. */
  readonly newTokens: number | null;
  readonly listen: Listen | null;
  /** The browser shows a chosen file itself. */
  readonly isAtHand: boolean;
  /** Nobody is told what goes on: after so long there is no answer. Null = the model's own limit. */
  readonly limitMs: number | null;
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

/** @returns the answer or what went wrong, with the status of its response */
export async function askWidget(
  services: Services,
  request: Request,
  response: Response,
  row: RepoRow,
  { task, values, file, example, newTokens, listen, isAtHand, limitMs }: Asked,
): Promise<{ result: WidgetResult; status: number }> {
  const gone = goneSignal(response);
  const late = limitMs === null ? null : AbortSignal.timeout(limitMs);
  try {
    const source = file ?? (await sourceOf(services, row, values.src));
    const { inputs, parameters } = widgetRequest(task, values, source);
    const set = { ...example?.parameters, ...parameters };
    const load = loadWanted(request);
    const { times, ...answer } = await askModel(services, request, row, {
      revision: null,
      task,
      inputs,
      // The card's own parameters lie under these; what somebody set in the form lies above.
      parameters: {
        ...(newTokens === null || saysLength(set) ? {} : { max_new_tokens: newTokens }),
        ...set,
        ...(listen && written.has(task) ? { stream: true } : {}),
      },
      load,
      useCache: load === 'never' || !drawnAnew.has(task),
      signal: late ? AbortSignal.any([gone, late]) : gone,
      ...listen?.({ task, values }),
    });
    const result: WidgetResult = {
      state: 'done',
      output: outputOf(answer),
      seconds: times ? times.computeMs / 1000 : null,
      computeType: times?.computeType ?? null,
      fromCard: false,
      picture: await pictureOf({ task, source, path: file ? undefined : values.src, row, isAtHand }),
    };
    return { result, status: 200 };
  } catch (error) {
    if (late?.aborted && !gone.aborted) return tooLate(limitMs!);
    return failedAnswer(services, request, error, task);
  }
}

function tooLate(limitMs: number): { result: WidgetResult; status: number } {
  const message = `There was no answer within ${limitMs / 1000} seconds.`;
  const hint = 'The model may be loading still. Send the form again in a moment.';
  return { result: { state: 'error', message, hint, signIn: null, mayPass: true }, status: 503 };
}

function loadWanted({ headers }: Request): InferenceCall['load'] {
  if (headers['x-load-model'] === '0') return 'never';
  return headers['x-wait-for-model'] === 'false' ? 'begin' : 'wait';
}

/** A load that goes on is no failure: browsers would write one into their console. */
export function failedAnswer(
  services: Services,
  request: Request,
  error: unknown,
  task = '',
): { result: WidgetResult; status: number } {
  const hubError = toHubError(error);
  if (hubError.code === 'MODEL_LOADING') {
    const seconds = Number(hubError.details.seconds ?? 5);
    if (loadWanted(request) === 'never') return { result: { state: 'unloaded', seconds }, status: 200 };
    return { result: { state: 'loading', seconds }, status: 202 };
  }
  if (hubError.code === 'INTERNAL') services.log.error('a widget got no answer', { error });
  const login = `/login?next=${encodeURIComponent(request.originalUrl)}`;
  return { result: widgetError(hubError, login, task), status: hubError.status };
}
