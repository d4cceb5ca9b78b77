import express, { type Request, type Response, Router } from 'express';
import { HubError } from '../../config/errors.js';
import type { RepoRow, Viewer } from '../accounts/types.js';
import { askModel, type Question, recordAt } from '../inference/askModel.js';
import { inferenceAvailability } from '../inference/availability.js';
import type { Services } from '../services.js';

const maxBodyBytes = 10 * 1_048_576;

/** `/models/{id}[@revision]`, `/pipeline/{task}/{id}` and `/status/{id}`: the Hub's inference API. */
export function inferenceApi(services: Services): Router {
  const router = Router();
  const json = express.json({ limit: maxBodyBytes, type: () => true, strict: false });
  router.post(/^\/(?:hf-inference\/)?models\/[^/]+\/[^/]+(?:\/pipeline\/[^/]+)?$/, json, async (request, response) => {
    const match = /^\/(?:hf-inference\/)?models\/([^/]+)\/([^/]+?)(?:\/pipeline\/([^/]+))?$/.exec(pathOf(request))!;
    await answer(services, request, response, { owner: match[1]!, name: match[2]!, task: match[3] ?? null });
  });
  router.post(/^\/models\/[^/]+$/, json, async (request, response) => {
    await answer(services, request, response, {
      owner: null,
      name: pathOf(request).slice('/models/'.length),
      task: null,
    });
  });
  router.post(/^\/pipeline\/[^/]+\/[^/]+\/[^/]+$/, json, async (request, response) => {
    const [, , task, owner, name] = pathOf(request).split('/');
    await answer(services, request, response, { owner: owner!, name: name!, task: task! });
  });
  router.get(/^\/status\/[^/]+\/[^/]+$/, async (request, response) => {
    const [, , owner, name] = pathOf(request).split('/');
    const { row } = findModel(services, request.viewer, owner!, name!);
    await status(services, row, response);
  });
  return router;
}

interface Asked {
  readonly owner: string | null;
  readonly name: string;
  readonly task: string | null;
}

function pathOf(request: Request): string {
  const mark = request.originalUrl.indexOf('?');
  return mark < 0 ? request.originalUrl : request.originalUrl.slice(0, mark);
}

/** `name` may carry `@revision`, percent-encoded or not. */
function findModel(
  { catalog, can }: Services,
  viewer: Viewer,
  owner: string | null,
  rawName: string,
): { row: RepoRow; revision: string | null } {
  const at = rawName.indexOf('@');
  const name = decode(at < 0 ? rawName : rawName.slice(0, at));
  const revision = at < 0 ? null : decode(rawName.slice(at + 1));
  const row = owner
    ? (catalog.find('model', decode(owner), name) ?? catalog.movedTo('model', decode(owner), name))
    : catalog.aliasTarget('model', name);
  if (!row || row.state === 'pending' || !can(viewer, 'read', row)) throw new HubError('REPO_NOT_FOUND');
  return { row, revision };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HubError('BAD_REQUEST', { reason: 'The address is not percent-encoded correctly' });
  }
}

async function answer(services: Services, request: Request, response: Response, asked: Asked): Promise<void> {
  const { row, revision } = findModel(services, request.viewer, asked.owner, asked.name);
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('inputs' in body)) {
    throw new HubError('INFERENCE_INPUT_INVALID', { reason: 'The body must be a JSON object with "inputs"' });
  }
  const { inputs, parameters, options, ...rest } = body as Record<string, unknown>;
  const settings = isObject(options) ? options : {};
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    throw new HubError('INFERENCE_INPUT_INVALID', { reason: '"parameters" must be a JSON object' });
  }
  const { graph, ...given } = { ...topLevelParameters(rest), ...(parameters as object | undefined) } as Record<
    string,
    unknown
  >;
  const load = loadWanted(request, settings);
  const question = {
    revision: revision ?? (typeof request.query.revision === 'string' ? request.query.revision : null),
    task: asked.task === null ? null : decode(asked.task),
    inputs,
    parameters: given,
    graph: typeof graph === 'string' ? graph : null,
    load,
    useCache: request.headers['x-use-cache'] !== 'false' && settings.use_cache !== false,
    signal: gone.signal,
  };
  const answered = await askModel(services, request.viewer, row, question).catch((error: unknown) => {
    // A page that only looks whether there is an answer is not told of an error.
    if (load === 'never' && error instanceof HubError && error.code === 'MODEL_LOADING') return null;
    throw error;
  });
  if (!answered) {
    response.json({ error: 'not loaded yet' });
    return;
  }
  const { json, times, commit, task } = answered;
  response.set({
    'X-Repo-Commit': commit,
    'X-Pipeline-Tag': task,
    'x-compute-type': times?.computeType ?? 'cache',
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
  });
  // The Hub's clients read a missing compute time as "cached".
  if (times) {
    response.set({
      'x-compute-time': seconds(times.computeMs),
      'x-queue-time': seconds(times.queueMs),
      'x-load-time': seconds(times.loadMs),
    });
  }
  response.send(json);
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

async function status(services: Services, row: RepoRow, response: Response): Promise<void> {
  const { commit, record } = await recordAt(services, row, null);
  const availability = inferenceAvailability(services, row, record);
  if (!availability.available) {
    response.json({
      loaded: false,
      state: 'Unavailable',
      reason: availability.reason,
      framework: record?.libraryName ?? null,
    });
    return;
  }
  const key = await services.snapshotKey(row.ref, commit);
  const state = services.inference.state(key);
  const quarantine = services.inference.quarantineReason(key);
  const names = { loaded: 'Loaded', loading: 'Loading', loadable: 'Loadable', quarantined: 'Quarantined' } as const;
  response.json({
    loaded: state === 'loaded',
    state: names[state],
    compute_type: 'cpu',
    framework: record?.libraryName ?? null,
    task: availability.task,
    ...(quarantine ? { reason: quarantine } : {}),
  });
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
