import path from 'node:path';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { HubError } from '../../config/errors.js';
import type { Tensor, TextModel } from '../pipelines/model.js';
import { inputFeeds } from './feeds.js';
import { maxLengthOf, modelConfigOf } from './modelConfig.js';
import { readSnapshotJson, unavailable } from './modelFiles.js';
import { readTokenizer } from './nativeTokenizer.js';
import { halfToFloat } from './numberFormats.js';
import { readSentenceModules } from './sentenceModules.js';

/** A model in this thread's memory. */
export interface LoadedModel {
  /** The model for one call, whose runs end at `deadline` (milliseconds, `performance.now()`). */
  forCall(deadline: number): TextModel;
  release(): Promise<void>;
}

/**
 * Reads a snapshot and opens its graph with ONNX Runtime on the CPU. Custom operator libraries are never loaded: the
 * graph's standard operators are all there is. @throws HubError INFERENCE_UNAVAILABLE
 */
export async function loadModel(folder: string, graph: string, intraOpThreads: number): Promise<LoadedModel> {
  const config = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const settings = (await readSnapshotJson(folder, 'tokenizer_config.json')) ?? {};
  const tokenizer = await readTokenizer(folder, config, settings);
  const sentence = await readSentenceModules(folder);
  const session = await openSession(path.join(folder, graph), intraOpThreads);
  const feedsOf = inputFeeds(session.inputMetadata, config);
  const model = { config: modelConfigOf(config), tokenizer, maxLength: maxLengthOf(config, settings), sentence };
  return {
    forCall: (deadline) => ({
      ...model,
      async run(encoding) {
        if (performance.now() > deadline) throw new HubError('DEADLINE_EXCEEDED', {});
        return runSession(session, feedsOf(encoding));
      },
    }),
    release: () => session.release(),
  };
}

async function openSession(file: string, intraOpThreads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: intraOpThreads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      enableCpuMemArena: true,
      logSeverityLevel: 3,
      // Threads that spin while they wait take the cores from the other models' threads.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    // ONNX Runtime names files by their whole path; where the hub keeps them is not for users.
    const reason = firstLine(error).replaceAll(path.dirname(file) + path.sep, '');
    throw unavailable(`ONNX Runtime cannot open its graph: ${reason}`);
  }
}

async function runSession(
  session: InferenceSession,
  feeds: InferenceSession.FeedsType,
): Promise<ReadonlyMap<string, Tensor>> {
  const outputs = await session.run(feeds).catch((error: unknown) => {
    throw unavailable(`its graph failed: ${firstLine(error)}`);
  });
  const tensors = new Map<string, Tensor>();
  for (const name of session.outputNames) {
    const output = outputs[name];
    const data = output instanceof OrtTensor ? floats(output) : null;
    if (output && data) tensors.set(name, { data, dims: output.dims });
  }
  return tensors;
}

/** The output's numbers, or null when it has none that answers are made of. */
function floats(output: OrtTensor): Float32Array | null {
  if (output.type === 'float32') return output.data as Float32Array;
  if (output.type === 'float64') return Float32Array.from(output.data as Float64Array);
  if (output.type === 'float16') return Float32Array.from(output.data as unknown as Uint16Array, halfToFloat);
  return null;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]!.slice(0, 500);
}
