import { HubError } from '../../../config/errors.js';
import type { RepoRef } from '../../../config/repo.js';
import type { GraphProblem, ModelRecord } from '../../../indexer/tags/types.js';
import { tensorTask } from '../../../inference/pipelines/index.js';
import type { GraphPorts } from '../../../inference/pipelines/tensors.js';
import { unavailableReason } from '../../../inference/snapshot/snapshotFiles.js';
import type { InferenceAnswer, Snapshot } from '../../../inference/types.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';
import { type ExampleQuestion, exampleQuestions } from '../measuring/exampleQuestions.js';

/** One graph of a model, to be tried with its task. */
export interface Trial {
  readonly repo: RepoRef;
  readonly row: RepoRow;
  readonly record: ModelRecord;
  readonly snapshot: Snapshot;
  readonly task: string;
  readonly graph: string;
}

/** Examples that a model may fail before it counts as one that does not answer. */
const maxTries = 3;

export interface Tried {
  readonly loadMs: number;
  readonly questions: readonly ExampleQuestion[];
  /** The first answer, and the question that has it; absent where there is no question, or none was answered. */
  readonly first?: InferenceAnswer;
  readonly example?: ExampleQuestion;
  /** That it does not run, and will not. */
  readonly finding?: Omit<GraphProblem, 'graph'>;
}

/** Loads a graph and asks it its examples until it answers one. @throws HubError for what may pass: a timeout, a full queue or memory */
export async function tryToRun(services: Services, trial: Trial): Promise<Tried> {
  const { inference } = services;
  const { row, record, snapshot, task } = trial;
  const ports = await refusedOr(ask(services, trial, { inputs: null, parameters: {} }, tensorTask));
  const loadMs = ports.answer?.loadMs ?? 0;
  // Some models have no graph that stands for the whole: they are loaded all the same.
  if (ports.reason !== undefined && inference.state(snapshot.key) !== 'loaded')
    return { loadMs, questions: [], finding: { task: null, reason: ports.reason } };
  const inputs = (ports.answer?.output as GraphPorts | undefined)?.inputs ?? [];
  const questions = await exampleQuestions(services, row, record, { task, ports: inputs });
  let finding: Tried['finding'];
  for (const example of questions.slice(0, maxTries)) {
    const { answer: first, reason } = await refusedOr(ask(services, trial, example));
    if (first) return { loadMs: Math.max(loadMs, first.loadMs), questions, first, example };
    if (reason !== undefined && !example.isGuess) finding ??= { task, reason };
  }
  return { loadMs, questions, finding };
}

/** An answer, or why the model can give none; what may pass by itself is thrown on. */
async function refusedOr(asked: Promise<InferenceAnswer>): Promise<{ answer?: InferenceAnswer; reason?: string }> {
  try {
    return { answer: await asked };
  } catch (error) {
    const reason = unavailableReason(error);
    if (reason !== null) return { reason };
    // The example's fault, not the model's.
    if (error instanceof HubError && error.code === 'INFERENCE_INPUT_INVALID') return {};
    throw error;
  }
}

/** Puts one example to the graph. @throws HubError as Inference.answer */
export function ask(
  { inference }: Services,
  { record, snapshot, graph, task }: Trial,
  { inputs, parameters }: ExampleQuestion,
  asked = task,
): Promise<InferenceAnswer> {
  return inference.answer({
    snapshot,
    task: asked,
    inputs,
    parameters: asked === tensorTask ? parameters : { ...record.inferenceParameters, ...parameters },
    graph,
    load: 'wait',
  });
}
