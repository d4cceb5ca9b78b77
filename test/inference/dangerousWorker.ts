import type { ThreadReply, ThreadTask } from '../../inference/runner/messages.js';
import perform from '../../inference/runner/worker.js';

/** A model thread in which some texts do what broken native code does. */
export default async function performOrDie(task: ThreadTask): Promise<ThreadReply> {
  const inputs = task.type === 'run' ? task.request.inputs : null;
  if (inputs === 'abort') process.kill(process.pid, 'SIGABRT');
  if (inputs === 'slow') await new Promise((resolve) => setTimeout(resolve, 700));
  return perform(task);
}
