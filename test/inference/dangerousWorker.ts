import { once } from 'node:events';
import type { ThreadReply, ThreadTask } from '../../inference/runner/messages.js';
import { performTask } from '../../inference/runner/performTask.js';
import { serveThread, type TaskContext } from '../../inference/runner/threadLoop.js';

serveThread(performOrDie);

/** A model thread in which some texts do what broken native code does, or what a pipeline that streams does. */
async function performOrDie(task: ThreadTask, context: TaskContext): Promise<ThreadReply> {
  const inputs = task.type === 'run' ? task.request.inputs : null;
  if (inputs === 'abort') process.kill(process.pid, 'SIGABRT');
  if (inputs === 'slow') await new Promise((resolve) => setTimeout(resolve, 700));
  if (String(inputs).startsWith('tell')) {
    for (const event of ['one', 'two', 'three']) context.emit(event);
    if (inputs === 'tell and wait') await once(context.signal, 'abort');
    if (inputs === 'tell and abort') setTimeout(() => process.kill(process.pid, 'SIGABRT'), 100);
    if (inputs === 'tell and abort') await new Promise(() => {});
  }
  return performTask(task, context);
}
