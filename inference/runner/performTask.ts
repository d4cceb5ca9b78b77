import { answerRequest } from '../pipelines/index.js';
import { isInt8Graph } from '../quantise/int8Files.js';
import { failureOf } from './failure.js';
import type { ThreadReply, ThreadTask } from './messages.js';
import { type LoadedModel, loadModel, type Usage } from './models/loadedModel.js';
import { prepareRuntime } from './prepareRuntime.js';
import type { TaskContext } from './threadLoop.js';

interface Held {
  readonly model: LoadedModel;
  /** Calls that run with it now. */
  calls: number;
}

/** Models of this thread, by the ids that the main thread gave them. */
const models = new Map<string, Held>();

/** One task of the main thread; it never rejects. Which models are here is the main thread's to know. */
export async function performTask(task: ThreadTask, context: TaskContext): Promise<ThreadReply> {
  const began = performance.now();
  const usage: Usage = { tokens: 0, batch: 0 };
  try {
    const output = await outputOf(task, context, usage);
    return { ok: true, output, ms: performance.now() - began, usage };
  } catch (error) {
    return { ok: false, failure: failureOf(error) };
  }
}

function outputOf(task: ThreadTask, context: TaskContext, usage: Usage): Promise<unknown> {
  if (task.type === 'prepare') return prepareRuntime().then(() => null);
  if (task.type === 'load') return load(task, context);
  return task.type === 'unload' ? unload(task.model) : run(task, context, usage);
}

async function load(task: Extract<ThreadTask, { readonly type: 'load' }>, { id, turns }: TaskContext): Promise<null> {
  const { folder, graph, intraOpThreads, maxBatch, batchWaitMs } = task;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => turns.take(id, work);
  const expected = (): number => models.get(task.model)?.calls ?? 0;
  // The ranges of an int8 graph are those of all that runs with a text, and its accuracy is that of texts alone.
  const batching = { maxBatch: isInt8Graph(graph) ? 1 : maxBatch, waitMs: batchWaitMs, expected, inTurn };
  const model = await inTurn(() => loadModel(folder, graph, intraOpThreads, batching));
  models.set(task.model, { model, calls: 0 });
  return null;
}

async function unload(id: string): Promise<null> {
  const held = models.get(id);
  models.delete(id);
  await held?.model.release();
  // Tokenizers and tensors hold memory that is given back only when their objects are collected.
  globalThis.gc?.();
  return null;
}

async function run(
  { model: id, deadlineMs, request }: Extract<ThreadTask, { readonly type: 'run' }>,
  context: TaskContext,
  usage: Usage,
): Promise<unknown> {
  const held = models.get(id);
  if (!held) throw new Error(`${id} is not loaded in this thread`);
  held.calls += 1;
  try {
    return await answerRequest(held.model.forCall(performance.now() + deadlineMs, usage), request, context);
  } finally {
    held.calls -= 1;
  }
}
