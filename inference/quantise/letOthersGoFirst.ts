import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** From here on this process gets the processor when nobody else wants it. */
export function letOthersGoFirst(): void {
  for (const id of threads()) {
    try {
      setPriority(id, constants.priority.PRIORITY_LOW);
    } catch {
      // The thread has ended.
    }
  }
}

/** Linux knows a priority for each thread; new ones take that of the thread that starts them. Elsewhere 0, the process. */
function threads(): readonly number[] {
  try {
    return readdirSync('/proc/self/task').map(Number);
  } catch {
    return [0];
  }
}
