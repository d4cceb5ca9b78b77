import { HubError } from '../../config/errors.js';
import { isTask } from '../../config/tasks.js';
import { depthEstimation } from './images/depthEstimation.js';
import { imageClassification } from './images/imageClassification.js';
import { imageFeatureExtraction } from './images/imageFeatureExtraction.js';
import { imageSegmentation } from './images/imageSegmentation.js';
import { imageToText } from './images/imageToText.js';
import { objectDetection } from './images/objectDetection.js';
import { visualQuestionAnswering } from './images/visualQuestionAnswering.js';
import { zeroShotImageClassification } from './images/zeroShotImageClassification.js';
import type { Model } from './model.js';
import type { Pipeline, PipelineCall } from './pipeline.js';
import { parsed } from './request.js';
import { audioClassification } from './sounds/audioClassification.js';
import { automaticSpeechRecognition } from './sounds/automaticSpeechRecognition.js';
import { textToSpeech } from './sounds/textToSpeech.js';
import { tableQuestionAnswering } from './tables/tableQuestionAnswering.js';
import { tabularClassification, tabularRegression } from './tables/tabular.js';
import { tensors } from './tensors.js';
import { featureExtraction } from './text/featureExtraction.js';
import { fillMask } from './text/fillMask.js';
import { questionAnswering } from './text/questionAnswering.js';
import { sentenceSimilarity } from './text/sentenceSimilarity.js';
import { textClassification } from './text/textClassification.js';
import { textRanking } from './text/textRanking.js';
import { tokenClassification } from './text/tokenClassification.js';
import { zeroShotClassification } from './text/zeroShotClassification.js';
import { conversational } from './writing/conversational.js';
import { textGeneration } from './writing/textGeneration.js';
import { summarization, text2textGeneration, translation } from './writing/textToText.js';

/** The tasks that are answered here. A new task is a file beside this one and a row here. */
const pipelines: Readonly<Record<string, Pipeline>> = {
  'text-classification': textClassification,
  'token-classification': tokenClassification,
  'question-answering': questionAnswering,
  'table-question-answering': tableQuestionAnswering,
  'tabular-classification': tabularClassification,
  'tabular-regression': tabularRegression,
  'fill-mask': fillMask,
  'zero-shot-classification': zeroShotClassification,
  'sentence-similarity': sentenceSimilarity,
  'feature-extraction': featureExtraction,
  'text-ranking': textRanking,
  'image-classification': imageClassification,
  'zero-shot-image-classification': zeroShotImageClassification,
  'object-detection': objectDetection,
  'image-segmentation': imageSegmentation,
  'depth-estimation': depthEstimation,
  'image-feature-extraction': imageFeatureExtraction,
  'image-to-text': imageToText,
  'visual-question-answering': visualQuestionAnswering,
  'audio-classification': audioClassification,
  'automatic-speech-recognition': automaticSpeechRecognition,
  'text-generation': textGeneration,
  'text2text-generation': text2textGeneration,
  summarization,
  translation,
  conversational,
  'text-to-speech': textToSpeech,
  'text-to-audio': textToSpeech,
};

/** Asks a graph for its own tensors: no task of the catalogue, and only of doors that say so. */
export const tensorTask = 'tensors';

export const answeredTasks: ReadonlySet<string> = new Set(Object.keys(pipelines));

/** A translation may name its languages: `translation_en_to_de`. */
const languagePair = /^translation_[\w-]+_to_[\w-]+$/;

export function isAnswered(task: string): boolean {
  return answeredTasks.has(languagePair.test(task) ? 'translation' : task);
}

/** Whether only a repository with a tokenizer can answer a task that is answered. */
export function needsTokenizer(task: string): boolean {
  return pipelineOf(task).needsTokenizer !== false;
}

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
  call: Omit<PipelineCall, 'task'> = unwatched,
): Promise<unknown> {
  const output = await pipelineOf(task).answer(model, inputs, parameters, { ...call, task });
  if (task === tensorTask || !hasNaN(output)) return output;
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'its graph gives numbers that are none (NaN)' });
}

/** Nobody listens, nobody leaves. */
const unwatched: Omit<PipelineCall, 'task'> = { signal: new AbortController().signal, emit: () => {} };

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
  if (task === tensorTask) return tensors;
  const name = languagePair.test(task) ? 'translation' : task;
  const pipeline = Object.hasOwn(pipelines, name) ? pipelines[name] : undefined;
  if (pipeline) return pipeline;
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: notAnswered(task) });
}
