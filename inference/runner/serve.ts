import { end, endWithHub } from './endWithHub.js';
import type { FromRunner, StartMessage, ToRunner } from './messages.js';
import { chooseGraph } from './models/graphs.js';
import { Scheduler } from './scheduling/scheduler.js';
import { ModelThread } from './thread.js';
import { Verifier } from './verifier.js';

const beatMs = 500;

/**
 * The runner process: takes calls from the hub over IPC and gives them to threads. Its main thread runs no model, so it
 * always hears the hub. `workerFile` is the code of a model thread.
 */
export function serve(workerFile: URL): void {
  const tell = (message: FromRunner) => {
    if (process.connected) process.send?.(message);
  };
  endWithHub();
  let scheduler: Scheduler | null = null;
  process.on('message', (message: ToRunner) => {
    if (message.type === 'start') scheduler = startScheduler(message, workerFile, tell);
    else if (message.type === 'call') void scheduler?.take(message);
    else if (message.type === 'pin') scheduler?.pin(message.models);
    else if (message.type === 'retire') scheduler?.retire(message.key, message.graph);
    else scheduler?.cancel(message.id);
  });
  setInterval(() => {
    if (scheduler) scheduler.lookAgain();
    else tell({ type: 'beat', stuck: [] });
  }, beatMs);
}

function startScheduler(start: StartMessage, workerFile: URL, tell: (message: FromRunner) => void): Scheduler {
  const verifier = new Verifier(tell);
  const scheduler = new Scheduler({
    ...start,
    startThread: () => new ModelThread(workerFile),
    chooseGraph,
    tell,
    onUnverified: (snapshot) => verifier.verify(snapshot),
  });
  void scheduler.warmUp().then((reply) => {
    if (reply.ok) return tell({ type: 'ready' });
    // The hub logs the last words, and starts another process after a while.
    process.stderr.write(
      `no thread could be started: ${reply.failure.note?.split('\n')[0] ?? reply.failure.code}\n`,
      end,
    );
  });
  return scheduler;
}
