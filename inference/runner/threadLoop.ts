import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import type { PipelineCall } from '../pipelines/pipeline.js';
import type { FromThread, ThreadReply, ThreadTask, ToThread } from './messages.js';
import { Pulse } from './pulse.js';
import { Turns } from './turns.js';

/** What a task sees of its thread. */
export interface TaskContext extends Omit<PipelineCall, 'task'> {
  /** Number of the task, from 1; that of a load names the model in the pulse. */
  readonly id: number;
  readonly turns: Turns;
}

/** While a thread works, it shows so often that its own code runs. */
const beatMs = 100;

/** The loop of a model thread: takes tasks, as many at once as come, and tells their events and replies. `perform` never rejects. */
export function serveThread(perform: (task: ThreadTask, context: TaskContext) => Promise<ThreadReply>): void {
  const port = parentPort!;
  const pulse = new Pulse((workerData as { readonly pulse: SharedArrayBuffer }).pulse);
  const turns = new Turns(pulse);
  const running = new Map<number, AbortController>();
  let beats: NodeJS.Timeout | null = null;
  const tell = (message: FromThread) => port.postMessage(message);
  const run = async (id: number, task: ThreadTask) => {
    const stop = new AbortController();
    running.set(id, stop);
    beats ??= setInterval(() => pulse.beat(), beatMs);
    const emit = (event: unknown) => tell({ id, event });
    const reply = await perform(task, { id, turns, emit, signal: stop.signal });
    tell({ id, reply, heapBytes: getHeapStatistics().total_heap_size });
    running.delete(id);
    if (running.size > 0 || !beats) return;
    clearInterval(beats);
    beats = null;
  };
  port.on('message', (message: ToThread) => {
    pulse.beat();
    if (message.task) void run(message.id, message.task);
    else running.get(message.id)?.abort();
  });
}
