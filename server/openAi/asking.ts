import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { HubError, toHubError } from '../../config/errors.js';
import type { RepoRow } from '../accounts/types.js';
import { findModel } from '../api/findModel.js';
import { recordAt, runModel } from '../inference/calls/askModel.js';
import { EventStream, goneSignal } from '../inference/calls/eventStream.js';
import { trustHeaders } from '../inference/calls/trustHeaders.js';
import type { Services } from '../services.js';
import { openAiError } from './openAiErrors.js';

/** A request of these doors, and the model that it names. */
export interface Asking {
  readonly services: Services;
  readonly request: Request;
  readonly response: Response;
  readonly model: { readonly row: RepoRow; readonly revision: string | null };
  /** The id as the caller wrote it: answers repeat it. */
  readonly id: string;
}

/**
 * The model of a request: the one of its address, else the one of its body.
 * @throws HubError INFERENCE_INPUT_INVALID (none is named), REPO_NOT_FOUND
 */
export function askingOf(
  services: Services,
  request: Request,
  response: Response,
  addressId: string | null,
  bodyId: string | null | undefined,
): Asking {
  const id = addressId ?? bodyId;
  if (!id) throw new HubError('INFERENCE_INPUT_INVALID', { reason: 'model: takes the id of a model, owner/name' });
  return { services, request, response, model: findModel(services, request, withSlash(id)), id };
}

/** Clients that see one part of an address in the id encode its slash. */
export function withSlash(id: string): string {
  return id.replace(/%2f/i, '/');
}

/** The task by which a chat is answered: models that read and write answer it as conversations. */
export async function chatTask({ services, model }: Asking): Promise<string> {
  const { record } = await recordAt(services, model.row, model.revision);
  const older = ['conversational', 'text2text-generation', 'summarization', 'translation'];
  return older.includes(record?.pipelineTag ?? '') ? 'conversational' : 'text-generation';
}

export interface Put {
  readonly task: string;
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly onEvent?: (event: unknown) => void;
  /** What the caller calls `inputs` and the parameters, where he has other names for them: messages say those. */
  readonly names: Readonly<Record<string, string>>;
}

/** Asks the model, and sets the headers that tell of the call. @throws as askModel */
export async function ask({ services, request, response, model }: Asking, { names, ...put }: Put): Promise<unknown> {
  const { commit, task, answer, ...trust } = await runModel(services, request, model.row, {
    revision: model.revision,
    load: 'wait',
    signal: goneSignal(response),
    ...put,
  }).catch((error: unknown) => {
    throw inCallersWords(error, names);
  });
  if (response.headersSent) return answer.output;
  response.set({
    'X-Repo-Commit': commit,
    'X-Pipeline-Tag': task,
    'x-compute-type': answer.computeType,
    'x-compute-time': (answer.computeMs / 1000).toFixed(3),
    'Cache-Control': 'no-store',
    ...trustHeaders(trust),
  });
  return answer.output;
}

function inCallersWords(error: unknown, names: Put['names']): unknown {
  if (!(error instanceof HubError) || error.code !== 'INFERENCE_INPUT_INVALID') return error;
  const words = new RegExp(`\\b(?:parameters\\.(\\w+)|(${Object.keys(names).join('|')})\\b)`, 'g');
  const reason = error.message.replace(words, (_, parameter: string | undefined, name: string) => {
    const word = parameter ?? name;
    return names[word] ?? word;
  });
  return new HubError(error.code, { reason }, { cause: error });
}

/** Sends events as they are made, and at the end the word that OpenAI's clients wait for. */
export async function stream(response: Response, write: (events: EventStream) => Promise<void>): Promise<void> {
  const events = new EventStream(response);
  try {
    await write(events);
  } catch (error) {
    if (!events.isBegun) throw error;
    events.send(openAiError(toHubError(error)));
  }
  events.send('[DONE]');
  events.end();
}

/** What every answer begins with. */
export function heading(kind: 'chat.completion' | 'chat.completion.chunk' | 'text_completion', id: string): object {
  const prefix = kind === 'text_completion' ? 'cmpl' : 'chatcmpl';
  return {
    id: `${prefix}-${randomBytes(12).toString('hex')}`,
    object: kind,
    created: Math.floor(Date.now() / 1000),
    model: id,
    system_fingerprint: 'hubstead',
  };
}
