import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import { HubError, toHubError } from '../../../config/errors.js';
import { repoId } from '../../../config/repo.js';
import type { TokenEvent } from '../../../inference/pipelines/writing/writtenText.js';
import { verdictLine } from '../../../views/verdictLine.js';
import type { RepoRow } from '../../accounts/types.js';
import { askModel, availabilityAt, type Question, recordAt } from '../../inference/calls/askModel.js';
import { inClientsForm } from '../../inference/calls/clientForms.js';
import { EventStream, goneSignal } from '../../inference/calls/eventStream.js';
import { questionOf, readQuestionBody } from '../../inference/calls/questionBody.js';
import { trustHeaders } from '../../inference/calls/trustHeaders.js';
import { notNow } from '../../inference/graphs/notNow.js';
import { noteReadiness } from '../../inference/graphs/readiness.js';
import { isMadeHere, servedGraph, servedLabel } from '../../inference/graphs/servedGraph.js';
import { rawPath } from '../../pages/respond.js';
import type { Services } from '../../services.js';
import { version } from '../../version.js';
import { decodePart, findModel } from '../findModel.js';
import type { status } from './schemas.js';

/** An id is `owner/name` or a one-segment alias; `@revision` may follow, percent-encoded or not. */
const id = '(?<id>[^/@]+(?:/[^/@]+)?(?:@.+)?)';
const modelPath = new RegExp(`^(?:/hf-inference)?/models/${id}$`);
const modelTaskPath = new RegExp(`^(?:/hf-inference)?/models/${id}/pipeline/(?<task>[^/]+)$`);
const pipelinePath = new RegExp(`^/pipeline/(?<task>[^/]+)/${id}$`);
const statusPath = new RegExp(`^/status/${id}$`);
/** What the Hub's clients ask of a server that has one model: a revision in it has no slash. */
const endpointPath = /^(?:\/hf-inference)?\/models\/(?<id>[^/@]+\/[^/@]+(?:@[^/]+)?)\/(?<what>health|info)$/;

/** `/models/{id}[@revision]`, `/pipeline/{task}/{id}` and `/status/{id}`: the Hub's inference API. */
export function inferenceApi(services: Services): Router {
  const router = Router();
  const body = readQuestionBody();
  router.get(endpointPath, async (request, response) => {
    const { id, what } = endpointPath.exec(rawPath(request))!.groups!;
    const { row, revision } = findModel(services, request, id!);
    response.json(await (what === 'info' ? endpointInfo : endpointHealth)(services, row, revision));
  });
  for (const path of [modelTaskPath, modelPath, pipelinePath]) {
    router.post(path, services.limitCalls, body, async (request, response) => {
      const { id, task } = path.exec(rawPath(request))!.groups!;
      await answer(services, request, response, { id: id!, task: task === undefined ? null : decodePart(task) });
    });
    router.all(path, (request) => {
      throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
    });
  }
  router.get(statusPath, async (request, response) => {
    const { row, revision } = findModel(services, request, statusPath.exec(rawPath(request))!.groups!.id!);
    response.json(await statusOf(services, row, revision));
  });
  return router;
}

interface Asked {
  readonly id: string;
  readonly task: string | null;
}

async function answer(services: Services, request: Request, response: Response, asked: Asked): Promise<void> {
  const { row, revision } = findModel(services, request, asked.id);
  const { inputs, parameters, options, rest } = questionOf(request);
  const { graph, ...given } = { ...topLevelParameters(rest), ...parameters };
  if (graph !== undefined && graph !== null && typeof graph !== 'string') {
    throw new HubError('INFERENCE_INPUT_INVALID', {
      reason: 'parameters.graph: takes the path or the kind of a graph',
    });
  }
  const load = loadWanted(request, options);
  const question = {
    revision,
    task: asked.task,
    inputs,
    parameters: given,
    graph: graph || null,
    load,
    useCache: request.headers['x-use-cache'] !== 'false' && options.use_cache !== false,
    signal: goneSignal(response),
  };
  if (rest.stream === true || parameters.stream === true) return streamed(services, request, row, question, response);
  const answered = await askModel(services, request, row, question).catch((error: unknown) => {
    // A page that only looks whether there is an answer is not told of an error.
    if (load === 'never' && error instanceof HubError && error.code === 'MODEL_LOADING') return null;
    throw error;
  });
  if (!answered) {
    response.json({ error: 'not loaded yet' });
    return;
  }
  const { contentType, body, times, commit, task } = answered;
  response.set({
    'X-Repo-Commit': commit,
    'X-Pipeline-Tag': task,
    'x-compute-type': times?.computeType ?? 'cache',
    ...trustHeaders(answered),
    'Cache-Control': 'no-store',
    'Content-Type': contentType,
  });
  // The Hub's clients read a missing compute time as "cached".
  if (times) {
    response.set({
      'x-compute-time': seconds(times.computeMs),
      'x-queue-time': seconds(times.queueMs),
      'x-load-time': seconds(times.loadMs),
    });
  }
  // Express sends views of bytes as JSON.
  response.send(
    typeof body === 'string'
      ? inClientsForm(request.headers['user-agent'], task, body)
      : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  );
}

/** The answer as events of the Hub's text generation; one event with the whole of it for tasks that do not stream. */
async function streamed(
  services: Services,
  request: Request,
  row: RepoRow,
  question: Question,
  response: Response,
): Promise<void> {
  const events = new EventStream(response);
  try {
    const answered = await askModel(services, request, row, {
      ...question,
      parameters: { ...question.parameters, stream: true },
      useCache: false,
      onEvent: (event) => sendFirst(events, event as TokenEvent),
    });
    if (!events.isBegun) {
      response.set(trustHeaders(answered));
      events.send(String(answered.body));
    }
  } catch (error) {
    if (!events.isBegun) throw error;
    const { message, code } = toHubError(error);
    events.send({ error: message, error_type: code.toLowerCase() });
  }
  events.end();
}

/** The Hub's form has no name for several texts that are written side by side: the first is sent. */
function sendFirst(events: EventStream, { row, ...event }: TokenEvent): void {
  if (row === 0) events.send(event);
}

/** `X-Load-Model: 0` is a page that loads, `X-Wait-For-Model: false` a caller that asks again later. */
function loadWanted({ headers }: Request, options: Readonly<Record<string, unknown>>): Question['load'] {
  if (headers['x-load-model'] === '0') return 'never';
  return headers['x-wait-for-model'] === 'false' || options.wait_for_model === false ? 'begin' : 'wait';
}

/** feature-extraction clients put parameters beside `inputs`. */
function topLevelParameters(rest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = ['normalize', 'truncate', 'truncation', 'pooling', 'prompt_name', 'truncation_direction'];
  return Object.fromEntries(Object.entries(rest).filter(([key]) => known.includes(key)));
}

/** @throws HubError INFERENCE_UNAVAILABLE, REVISION_NOT_FOUND */
async function endpointHealth(services: Services, row: RepoRow, revision: string | null): Promise<object> {
  const { state, reason } = await statusOf(services, row, revision);
  if (state === 'Unavailable' || state === 'Quarantined')
    throw new HubError('INFERENCE_UNAVAILABLE', { reason: reason ?? state });
  return { status: 'ok' };
}

async function endpointInfo(services: Services, row: RepoRow, revision: string | null): Promise<object> {
  const { commit, record } = await recordAt(services, row, revision);
  const { pipelineTag } = record ?? { pipelineTag: null };
  return { model_id: repoId(row.ref), model_sha: commit, model_pipeline_tag: pipelineTag ?? null, version: version() };
}

async function statusOf(services: Services, row: RepoRow, revision: string | null): Promise<z.infer<typeof status>> {
  await noteReadiness(services, row.ref);
  const { commit, record } = await recordAt(services, row, revision);
  const availability = availabilityAt(services, row, record, { revision, task: null });
  const framework = record?.libraryName ?? null;
  const unavailable = (reason: string) => ({ loaded: false, state: 'Unavailable', reason, framework }) as const;
  if (!availability.available) return unavailable(availability.reason);
  const key = await services.snapshotKey(row.ref, commit);
  const state = services.inference.state(key);
  const quarantine = services.inference.quarantineReason(key);
  const refusal = quarantine ? null : ((await notNow(services, row, record!, availability.task))?.reason ?? null);
  if (refusal) return unavailable(refusal);
  const served = servedGraph(services, row, record!, key, { task: availability.task });
  const { int8 } = served;
  const names = { loaded: 'Loaded', loading: 'Loading', loadable: 'Loadable', quarantined: 'Quarantined' } as const;
  return {
    loaded: state === 'loaded',
    state: names[state],
    ...(state === 'loaded' ? {} : { estimated_time: services.inference.loadSeconds(key) }),
    queue_position: services.inference.stats().waiting + 1,
    compute_type: `cpu+${servedLabel(served, record!)}`,
    ...(int8 && { accuracy: { cosine: int8.cosine, speedup: int8.speed } }),
    framework,
    task: availability.task,
    ...(isMadeHere(served) && { verification: verdictLine(services.inference.verdict(key)) }),
    ...(quarantine ? { reason: quarantine } : record?.check ? {} : { reason: 'its graphs are being checked' }),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
