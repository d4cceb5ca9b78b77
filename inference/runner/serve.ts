import { writeFile } from 'node:fs/promises';
import { chooseGraph } from './graphs.js';
import type { FromRunner, StartMessage, ToRunner } from './messages.js';
import { Scheduler } from './scheduler.js';
import { ModelThread } from './thread.js';
import { Verifier } from './verifier.js';

const beatMs = 500;

/**
 * The runner process: takes calls from the hub over IPC and gives them to threads. Its main thread runs no model, so it
 * always hears the hub; and it ends when the hub is gone, by a signal, since a thread that loops in native code would
 * keep any gentler end waiting. `workerFile` is the code of a model thread.
 */
export function serve(workerFile: URL): void {
  const hub = process.ppid;
  const tell = (message: FromRunner) => {
    if (process.connected) process.send?.(message);
  };
  // Where memory runs out, the system ends this process and not the hub or a push.
  writeFile('/proc/self/oom_score_adj', '1000').catch(() => {});
  process.on('disconnect', end);
  // The terminal's signals go to the whole group; the hub drains first and ends this process itself.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  let scheduler: Scheduler | null = null;
  process.on('message', (message: ToRunner) => {
    if (message.type === 'start') scheduler = startScheduler(message, workerFile, tell);
    else if (message.type === 'call') void scheduler?.take(message);
    else if (message.type === 'pin') scheduler?.pin(message.models);
    else scheduler?.cancel(message.id);
  });
  setInterval(() => {
    // A hub that went while this file was loading raised no event, and its going changed ppid before it was read.
    if (process.ppid !== hub || !process.connected) end();
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

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
