import { HubError } from '../../config/errors.js';
import { isTask } from '../../config/tasks.js';
import { audioClassification } from './audioClassification.js';
import { automaticSpeechRecognition } from './automaticSpeechRecognition.js';
import { featureExtraction } from './featureExtraction.js';
import { fillMask } from './fillMask.js';
import type { Model } from './model.js';
import type { Pipeline, PipelineCall } from './pipeline.js';
import { questionAnswering } from './questionAnswering.js';
import { parsed } from './request.js';
import { sentenceSimilarity } from './sentenceSimilarity.js';
import { textClassification } from './textClassification.js';
import { tokenClassification } from './tokenClassification.js';
import { zeroShotClassification } from './zeroShotClassification.js';

/** The tasks that are answered here. A new task is a file beside this one and a row here. */
const pipelines: Readonly<Record<string, Pipeline>> = {
  'text-classification': textClassification,
  'token-classification': tokenClassification,
  'question-answering': questionAnswering,
  'fill-mask': fillMask,
  'zero-shot-classification': zeroShotClassification,
  'sentence-similarity': sentenceSimilarity,
  'feature-extraction': featureExtraction,
  'audio-classification': audioClassification,
  'automatic-speech-recognition': automaticSpeechRecognition,
};

export const answeredTasks: ReadonlySet<string> = new Set(Object.keys(pipelines));

/** A body whose parts are known to be what the task takes; plain data, so that it can go to another process. */
export interface PipelineRequest {
  readonly task: string;
  readonly inputs: unknown;
  readonly parameters: unknown;
}

/** Checks a body. @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE (no such task here) */
export function parseRequest(task: string, inputs: unknown, parameters: unknown): PipelineRequest {
  const { inputs: inputSchema, parameters: parameterSchema } = pipelineOf(task);
  return {
    task,
    inputs: parsed(inputSchema, inputs, 'inputs'),
    parameters: parsed(parameterSchema, parameters ?? {}, 'parameters'),
  };
}

/**
 * The answer to a checked body.
 * @throws HubError INFERENCE_INPUT_INVALID, INFERENCE_UNAVAILABLE, DEADLINE_EXCEEDED, CALL_CANCELLED
 */
export async function answerRequest(
  model: Model,
  { task, inputs, parameters }: PipelineRequest,
  call: PipelineCall = unwatched,
): Promise<unknown> {
  const output = await pipelineOf(task).answer(model, inputs, parameters, call);
  if (!hasNaN(output)) return output;
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'its graph gives numbers that are none (NaN)' });
}

/** Nobody listens, nobody leaves. */
const unwatched: PipelineCall = { signal: new AbortController().signal, emit: () => {} };

/** JSON has no NaN: it would silently become null. */
function hasNaN(output: unknown): boolean {
  if (typeof output === 'number') return Number.isNaN(output);
  if (output instanceof Float32Array) return output.some(Number.isNaN);
  if (output instanceof Uint8Array) return false;
  if (Array.isArray(output)) return output.some(hasNaN);
  return typeof output === 'object' && output !== null && Object.values(output).some(hasNaN);
}

/** Why a task is not answered: it is no task, or none of those that are answered here. */
export function notAnswered(task: string): string {
  return isTask(task) ? `the task ${task} is not answered here` : `there is no task "${task.slice(0, 100)}"`;
}

function pipelineOf(task: string): Pipeline {
  const pipeline = Object.hasOwn(pipelines, task) ? pipelines[task] : undefined;
  if (pipeline) return pipeline;
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: notAnswered(task) });
}
