import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { HubError } from '../../../config/errors.js';
import { repoId } from '../../../config/repo.js';
import { tensorTask } from '../../../inference/pipelines/index.js';
import type { Port } from '../../../inference/pipelines/model.js';
import type { GraphPorts, NamedTensors } from '../../../inference/pipelines/tensors.js';
import type { RepoRow } from '../../accounts/types.js';
import { availabilityAt, recordAt, runModel } from '../../inference/calls/askModel.js';
import { datatypeOf, readTensorRequest, writeTensorAnswer } from '../../inference/calls/tensorMessages.js';
import { trustHeaders } from '../../inference/calls/trustHeaders.js';
import { notNow } from '../../inference/graphs/notNow.js';
import { rawPath } from '../../pages/respond.js';
import type { Services } from '../../services.js';
import { version } from '../../version.js';
import { findModel } from '../findModel.js';

const maxBodyBytes = 64 * 1_048_576;
const headerLengthName = 'Inference-Header-Content-Length';
const verbs = ['ready', 'infer', 'config', 'stats'] as const;
type Verb = (typeof verbs)[number];

/**
 * The Open Inference Protocol (`/v2`): a graph's own tensors as JSON or binary, for any ONNX graph. An id is `owner/name`
 * or `owner%2Fname`; a version is a revision. What a wrong request gets is `{"error": …}`, as the protocol says.
 */
export function openInferenceApi(services: Services): Router {
  const router = Router();
  const body = express.raw({ limit: maxBodyBytes, type: () => true });
  router.get('/v2', (_, response) => {
    response.json({ name: 'hubstead', version: version(), extensions: ['binary_tensor_data'] });
  });
  router.get('/v2/health/live', (_, response) => {
    response.json({ live: true });
  });
  router.get('/v2/health/ready', (_, response) => {
    const { ready } = services.inference.stats();
    response.status(ready ? 200 : 503).json({ ready });
  });
  router.get(modelsPath, modelDoor(services, getDoors));
  router.post(modelsPath, services.limitCalls, body, modelDoor(services, postDoors));
  router.use('/v2', (request) => {
    throw new HubError('ENTRY_NOT_FOUND', { path: request.baseUrl + request.path });
  });
  return router;
}

const modelsPath = /^\/v2\/models\/.+/;

interface Asked {
  readonly row: RepoRow;
  readonly revision: string | null;
}

type Door = (services: Services, request: Request, response: Response, asked: Asked) => Promise<void>;

/** The verb `''` is the model's own address. */
type Doors = Readonly<Partial<Record<Verb | '', Door>>>;

const getDoors: Doors = { '': metadata, ready, config };
const postDoors: Doors = { infer };

function modelDoor(services: Services, doors: Doors): RequestHandler {
  return async (request, response) => {
    const { asked, verb } = addressOf(services, request);
    const door = doors[verb];
    if (!door) throw new HubError('METHOD_NOT_ALLOWED', { method: request.method });
    await door(services, request, response, asked);
  };
}

/** A slash within an id; Triton's clients encode what is encoded already once more. */
const slash = /%(?:25)?2f/i;

/** `/v2/models/{id}[/versions/{revision}][/{verb}]`; a model may itself be called as a verb is. */
function addressOf(services: Services, request: Request): { asked: Asked; verb: Verb | '' } {
  const parts = rawPath(request).slice('/v2/models/'.length).split('/');
  const last = parts.at(-1)!;
  const idLength = slash.test(parts[0]!) ? 1 : 2;
  const isVerb = isVerbName(last) && (parts.length > 2 || idLength === 1 || !isModel(services, request, parts));
  const path = isVerb ? parts.slice(0, -1) : parts;
  const at = path.indexOf('versions', 1);
  const id = (at < 0 ? path : path.slice(0, at)).join('/').replace(slash, '/');
  const { row, revision } = findModel(services, request, id);
  const wanted = at < 0 ? revision : decodeURIComponent(path.slice(at + 1).join('/'));
  return { asked: { row, revision: wanted }, verb: isVerb ? last : '' };
}

function isVerbName(text: string): text is Verb {
  return (verbs as readonly string[]).includes(text);
}

function isModel(services: Services, request: Request, parts: readonly string[]): boolean {
  try {
    findModel(services, request, parts.join('/'));
    return true;
  } catch {
    return false;
  }
}

async function ready(services: Services, _: Request, response: Response, { row, revision }: Asked): Promise<void> {
  const { record } = await recordAt(services, row, revision);
  const availability = availabilityAt(services, row, record, { revision, task: tensorTask });
  const reason = availability.available
    ? ((await notNow(services, row, record!, availability.task))?.reason ?? null)
    : availability.reason;
  response
    .status(reason === null ? 200 : 400)
    .json({ name: repoId(row.ref), ready: reason === null, ...(reason && { error: reason }) });
}

async function metadata(services: Services, request: Request, response: Response, asked: Asked): Promise<void> {
  const { ports, commit } = await describe(services, request, asked);
  response.json({
    name: repoId(asked.row.ref),
    versions: [asked.revision ?? commit],
    platform: 'onnxruntime_onnx',
    inputs: ports.inputs.map(described),
    outputs: ports.outputs.map(described),
  });
}

async function config(services: Services, request: Request, response: Response, asked: Asked): Promise<void> {
  const { ports } = await describe(services, request, asked);
  const field = (port: Port) => {
    const { name, datatype, shape } = described(port);
    return { name, data_type: `TYPE_${datatype}`, dims: shape };
  };
  response.json({
    name: repoId(asked.row.ref),
    platform: 'onnxruntime_onnx',
    backend: 'onnxruntime',
    max_batch_size: 0,
    input: ports.inputs.map(field),
    output: ports.outputs.map(field),
  });
}

async function describe(
  services: Services,
  request: Request,
  { row, revision }: Asked,
): Promise<{ ports: GraphPorts; commit: string }> {
  const question = { revision, task: tensorTask, inputs: null, parameters: {}, load: 'wait' } as const;
  const { answer, commit } = await runModel(services, request, row, question);
  return { ports: answer.output as GraphPorts, commit };
}

/** -1 is a free dimension. */
function described({ name, type, dims }: Port): { name: string; datatype: string; shape: readonly number[] } {
  return { name, datatype: datatypeOf(type) ?? type.toUpperCase(), shape: dims.map((size) => size ?? -1) };
}

async function infer(
  services: Services,
  request: Request,
  response: Response,
  { row, revision }: Asked,
): Promise<void> {
  const said = request.get(headerLengthName);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const { id, tensors, outputs, isBinary } = readTensorRequest(body, said === undefined ? null : Number(said));
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const { answer, commit, ...trust } = await runModel(services, request, row, {
    revision,
    task: tensorTask,
    inputs: tensors,
    parameters: outputs ? { outputs } : {},
    load: 'wait',
    signal: gone.signal,
  });
  const given = { model: repoId(row.ref), version: revision ?? commit, id, ...(answer.output as NamedTensors) };
  const written = writeTensorAnswer(given, isBinary);
  response.set({
    'X-Repo-Commit': commit,
    'x-compute-type': answer.computeType,
    'x-compute-time': (answer.computeMs / 1000).toFixed(3),
    ...trustHeaders(trust),
    'Cache-Control': 'no-store',
    'Content-Type': written.headerLength === null ? 'application/json' : 'application/octet-stream',
  });
  if (written.headerLength !== null) response.set(headerLengthName, String(written.headerLength));
  response.send(written.body);
}
