import { once } from 'node:events';
import type { ThreadReply, ThreadTask } from '../../inference/runner/messages.js';
import perform from '../../inference/runner/worker.js';

/** A model thread in which some texts do what broken native code does, or what a pipeline that streams does. */
export default async function performOrDie(task: ThreadTask): Promise<ThreadReply> {
  const inputs = task.type === 'run' ? task.request.inputs : null;
  if (inputs === 'abort') process.kill(process.pid, 'SIGABRT');
  if (inputs === 'slow') await new Promise((resolve) => setTimeout(resolve, 700));
  if (task.type === 'run' && String(inputs).startsWith('tell')) {
    for (const event of ['one', 'two', 'three']) task.port?.postMessage({ type: 'event', event });
    if (inputs === 'tell and wait') await once(task.port!, 'message');
    if (inputs === 'tell and abort') setTimeout(() => process.kill(process.pid, 'SIGABRT'), 100);
    if (inputs === 'tell and abort') await new Promise(() => {});
  }
  return perform(task);
}
