import { compiledGraph } from '../../../config/compiledModels.js';
import { HubError } from '../../../config/errors.js';
import { repoId } from '../../../config/repo.js';
import type { SnapshotFolder } from '../../../indexer/repository/snapshots.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { tensorTask } from '../../../inference/pipelines/index.js';
import { verificationOf } from '../../../inference/runner/verdicts.js';
import type { InferenceAnswer, InferenceCall } from '../../../inference/types.js';
import type { RepoRow, Viewer } from '../../accounts/types.js';
import { callerOf } from '../../callLimits/caller.js';
import { requireFiles } from '../../gating/requireFiles.js';
import type { Services } from '../../services.js';
import { type Availability, inferenceAvailability } from '../graphs/availability.js';
import { isMadeHere, type ServedGraph, servedGraph } from '../graphs/servedGraph.js';
import { correctMeasurement } from '../measuring/correctMeasurement.js';
import { measuredBytes } from '../measuring/measurementOf.js';
import { type AnswerBody, answerBody } from './answerBody.js';
import { answerKey } from './answerCache.js';
import { fetchedInputs } from './fetchedInputs.js';
import { parametersOver } from './parametersOver.js';
import { isRepeatable } from './repeatable.js';
import { taskOfQuestion } from './taskOfQuestion.js';
import type { Trust } from './trustHeaders.js';

/** Who asks, and from where: a request. */
export interface Asker {
  readonly viewer: Viewer;
  readonly clientAddress: string;
}

export interface Question {
  /** Branch, tag or commit; null = the default branch. */
  readonly revision: string | null;
  /** Task to answer; null = the model's own. */
  readonly task: string | null;
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Graph file of the repository; null = the owner's setting, else the most exact one. */
  readonly graph?: string | null;
  readonly load: InferenceCall['load'];
  /** Whether an answer given before will do. */
  readonly useCache: boolean;
  readonly signal?: AbortSignal;
  /** Hears the parts of an answer that is still being made. */
  readonly onEvent?: (event: unknown) => void;
  /** Hears the call's place among those that wait. */
  readonly onPlace?: (place: number) => void;
}

export interface Answered extends AnswerBody, Trust {
  /** null = the answer was kept from an earlier call. */
  readonly times: Pick<InferenceAnswer, 'queueMs' | 'loadMs' | 'computeMs' | 'computeType'> | null;
  /** Commit that the revision named. */
  readonly commit: string;
  readonly task: string;
}

/** What a question is put to, once it is known that it may be. */
interface Target extends Trust, ServedGraph {
  readonly commit: string;
  readonly task: string;
  /** The task that the model answers where none is named; null = it answers none. */
  readonly ownTask: string | null;
  readonly snapshot: SnapshotFolder;
  /** With the files that were asked for by their addresses. */
  readonly inputs: unknown;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Asks a model at a revision: permission, the card's switches, revision → commit → snapshot → runner. Every door that
 * runs a model (API, widget, form without JavaScript) goes through here or through `runModel`.
 * @throws HubError REPO_NOT_FOUND, INFERENCE_OFF, INFERENCE_UNAVAILABLE, REVISION_NOT_FOUND, what fetchFile and what Inference.answer throw
 */
export async function askModel(services: Services, asker: Asker, row: RepoRow, question: Question): Promise<Answered> {
  const target = await targetOf(services, asker, row, question);
  return elseExact(services, target, (target) => askTarget(services, asker, row, question, target));
}

async function askTarget(
  services: Services,
  asker: Asker,
  row: RepoRow,
  question: Question,
  target: Target,
): Promise<Answered> {
  const { commit, task, snapshot, graph, inputs, parameters, verification, int8 } = target;
  const { stream: _, ...meant } = parameters;
  // An answer that came in parts is the same answer.
  const key = answerKey([snapshot.key, graph, task, inputs, meant]);
  const isKept = isRepeatable(task, parameters);
  const kept = isKept && question.useCache ? services.answers.get(key) : undefined;
  if (kept) return { ...kept, times: null, commit, task, verification, int8 };
  const { output, ...times } = await put(services, asker, row, question, target);
  const answer = answerBody(output);
  if (isKept) services.answers.set(key, answer);
  return { ...answer, times, commit, task, verification, int8 };
}

/** The answer as it comes from the runner, for doors with a form of their own; nothing is kept. @throws as askModel */
export async function runModel(
  services: Services,
  asker: Asker,
  row: RepoRow,
  question: Omit<Question, 'useCache'>,
): Promise<Pick<Target, 'commit' | 'task' | keyof Trust> & { readonly answer: InferenceAnswer }> {
  const target = await targetOf(services, asker, row, question);
  return elseExact(services, target, async (target) => {
    const { commit, task, verification, int8 } = target;
    return { commit, task, verification, int8, answer: await put(services, asker, row, question, target) };
  });
}

/** The work with the int8 graph, where there is one; what it cannot do and the exact graph can takes it out of use. */
async function elseExact<T>(
  services: Pick<Services, 'int8'>,
  target: Target,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  if (!target.int8) return work(target);
  try {
    return await work(target);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'INFERENCE_UNAVAILABLE') throw error;
    const done = await work({ ...target, graph: compiledGraph, int8: null });
    services.int8.failed(target.snapshot, error.message);
    return done;
  }
}

async function targetOf(
  services: Services,
  asker: Asker,
  row: RepoRow,
  question: Omit<Question, 'useCache'>,
): Promise<Target> {
  const { viewer } = asker;
  if (!services.can(viewer, 'read', row)) throw new HubError('REPO_NOT_FOUND');
  requireFiles(services, viewer, row);
  if (!services.can(viewer, 'infer', row)) throw new HubError('CREDENTIALS_NEEDED');
  const { commit, record } = await recordAt(services, row, question.revision);
  const { revision } = question;
  const asked = question.task ?? taskOfQuestion(record?.pipelineTag, question.inputs, question.parameters);
  const availability = availabilityAt(services, row, record, { revision, task: asked });
  const own = availabilityAt(services, row, record, { revision, task: null });
  const ownTask = own.available ? own.task : null;
  if (!availability.available) {
    const { kind, reason } = availability;
    throw kind === 'off' ? new HubError('INFERENCE_OFF', { reason }) : unavailableFor(row, ownTask, asked, reason);
  }
  const { task } = availability;
  const snapshot = await services.snapshot(row.ref, commit);
  const served = servedGraph(services, row, record!, snapshot.key, { graph: question.graph, task });
  const off = services.inference.quarantineReason(snapshot.key);
  if (off) throw new HubError('MODEL_QUARANTINED', { reason: off });
  const parameters = parametersOver(record!.inferenceParameters, question.parameters);
  const verification = isMadeHere(served) ? verificationOf(services.inference.verdict(snapshot.key)) : null;
  const inputs = await fetchedInputs(services, asker, { ...question, task, snapshotKey: snapshot.key });
  return { commit, task, ownTask, snapshot, ...served, inputs, parameters, verification };
}

/** Who asks a model for what it was not made for is told what it answers, and where. */
function unavailableFor({ ref }: RepoRow, ownTask: string | null, task: string | null, reason: string): HubError {
  const isAnothers = ownTask !== null && task !== null && task !== ownTask && task !== tensorTask;
  const first = isAnothers ? `its task is ${ownTask} (POST /models/${repoId(ref)}), not ${task}: ` : '';
  return new HubError('INFERENCE_UNAVAILABLE', { reason: first + reason });
}

/** Also writes the line of the log: timings and names, never what was asked or answered. */
async function put(
  services: Services,
  { viewer, clientAddress }: Asker,
  row: RepoRow,
  question: Omit<Question, 'useCache'>,
  { commit, task, ownTask, snapshot, graph, inputs, parameters }: Target,
): Promise<InferenceAnswer> {
  const { key, priority } = callerOf(viewer, clientAddress, services.options, services.callLimits);
  const call = services.inference.answer({
    snapshot,
    task,
    inputs,
    parameters,
    ...(graph ? { graph } : {}),
    bytes: measuredBytes(services.catalog, row, snapshot.key, graph),
    load: question.load,
    caller: key,
    priority,
    ...(question.signal ? { signal: question.signal } : {}),
    ...(question.onEvent ? { onEvent: question.onEvent } : {}),
    ...(question.onPlace ? { onPlace: question.onPlace } : {}),
  });
  const answer = await call.catch((error: unknown) => {
    const isUnavailable = error instanceof HubError && error.code === 'INFERENCE_UNAVAILABLE';
    throw isUnavailable ? unavailableFor(row, ownTask, task, String(error.details.reason)) : error;
  });
  if (answer.loadMs > 0) await correctMeasurement(services, row, commit, { key: snapshot.key, graph });
  if (graph === compiledGraph && task !== tensorTask) services.int8.noticed(row, snapshot);
  const [queueMs, loadMs, computeMs] = [answer.queueMs, answer.loadMs, answer.computeMs].map(Math.round);
  const { computeType } = answer;
  services.log.info('inference', { model: repoId(row.ref), task, commit, computeType, queueMs, loadMs, computeMs });
  return answer;
}

/** The record of a revision, null = what is indexed: the head of the default branch. Another commit is derived. */
export async function recordAt(
  services: Pick<Services, 'repositories' | 'index' | 'indexer'>,
  row: RepoRow,
  revision: string | null,
): Promise<{ commit: string; record: ModelRecord | null }> {
  const indexed = services.index.get(row.ref);
  // Without asking git: a call waits for it, and a push is indexed before it returns.
  if (revision === null && indexed?.head) return { commit: indexed.head, record: indexed.record };
  const repository = services.repositories.open(row.ref);
  const wanted = revision ?? (await repository.defaultBranch());
  const commit = await repository.resolve(wanted);
  if (!commit) throw new HubError('REVISION_NOT_FOUND', { revision: wanted });
  if (indexed?.head === commit) return { commit, record: indexed.record };
  return { commit, record: await services.indexer.derive(row.ref, commit) };
}

/** Whether a revision is run: who turns inference off in the default branch's card means the older commits too. */
export function availabilityAt(
  services: Services,
  row: RepoRow,
  record: ModelRecord | null,
  { revision, task }: Pick<Question, 'revision' | 'task'>,
): Availability {
  const availability = inferenceAvailability(services, row, record, task);
  if (!availability.available || revision === null) return availability;
  const head = services.index.get(row.ref)?.record ?? null;
  return head && !head.inference ? inferenceAvailability(services, row, head, task) : availability;
}
