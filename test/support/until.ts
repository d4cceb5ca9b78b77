import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';

/** Below mocha's limit for a test, so that the failure says what did not come. */
const longestMs = 50_000;

/** Waits until a condition holds, looking every 20 ms; a busy machine may take its time. `what` is said when it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + longestMs; !(await holds()); await wait(20)) assert.ok(Date.now() < end, what);
}
