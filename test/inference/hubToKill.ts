import { setTimeout as wait } from 'node:timers/promises';
import type { Snapshot } from '../../inference/types.js';
import { startTestInference } from './runnerHarness.js';

/** A hub whose one call never ends: prints the pid of its runner once the call runs, and waits to be killed. */
const snapshot = JSON.parse(process.argv[2]!) as Snapshot;
const inference = startTestInference({ deadlineMs: 60_000 });
const call = { snapshot, task: 'text-classification', inputs: 'good', parameters: {}, load: 'wait' } as const;
inference.answer(call).catch(() => {});
while (inference.state(snapshot.key) !== 'loaded') await wait(20);
await wait(100);
process.stdout.write(`${inference.stats().runnerPid}\n`);
