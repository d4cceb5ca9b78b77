import { answerRequest } from '../pipelines/index.js';
import type { PipelineCall } from '../pipelines/pipeline.js';
import { failureOf } from './failure.js';
import { type LoadedModel, loadModel } from './loadedModel.js';
import type { FromRun, ThreadReply, ThreadTask } from './messages.js';

/** Models of this thread, by the ids that the main thread gave them. */
const models = new Map<string, LoadedModel>();

/** One task of the main thread; it never rejects. Which models are here is the main thread's to know. */
export default async function perform(task: ThreadTask): Promise<ThreadReply> {
  const began = performance.now();
  try {
    const output = await outputOf(task);
    return { ok: true, output, ms: performance.now() - began };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

async function outputOf(task: ThreadTask): Promise<unknown> {
  if (task.type === 'load') {
    models.set(task.model, await loadModel(task.folder, task.graph, task.intraOpThreads));
    return null;
  }
  const model = models.get(task.model);
  if (task.type === 'unload') {
    models.delete(task.model);
    await model?.release();
    return null;
  }
  if (!model) throw new Error(`${task.model} is not loaded in this thread`);
  return answerRequest(model.forCall(performance.now() + task.deadlineMs), task.request, pipelineCall(task.port));
}

/** The call as its port brings it; the main thread closes the port. */
function pipelineCall(port: Extract<ThreadTask, { readonly type: 'run' }>['port']): Omit<PipelineCall, 'task'> {
  const stop = new AbortController();
  port?.on('message', () => stop.abort());
  return { signal: stop.signal, emit: (event) => port?.postMessage({ type: 'event', event } satisfies FromRun) };
}
