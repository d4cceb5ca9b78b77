import { createLog } from '../../config/log.js';
import { startInference } from '../../inference/runner/client.js';
import type { Inference, InferenceAnswer, InferenceCall, InferenceOptions, Snapshot } from '../../inference/types.js';

interface TestOptions extends Partial<InferenceOptions> {
  /** A runner program of the test's own, beside this file. */
  readonly entry?: string;
  readonly loadDeadlineMs?: number;
}

export function startTestInference({ entry, loadDeadlineMs, ...options }: TestOptions = {}): Inference {
  return startInference({
    options: {
      minThreads: 1,
      maxThreads: 2,
      memoryBytes: 512 * 1024 * 1024,
      deadlineMs: 50_000,
      maxQueue: 64,
      maxBatch: 1,
      batchWaitMs: 2,
      pinned: [],
      idleMs: 0,
      threadIdleMs: 60_000,
      preloadShare: 0,
      ...options,
    },
    log: createLog('silent'),
    entry: entry ? new URL(entry, import.meta.url) : undefined,
    loadDeadlineMs,
  });
}

export function snapshotOf(folder: string, key = folder): Snapshot {
  return { key, folder, model: `test/${folder.split('/').at(-1)}` };
}

/** For `assert.rejects`: an error of this code. */
export const failsWith =
  (code: string) =>
  (error: { code?: string }): boolean =>
    error.code === code;

/** Asks with the defaults of most tests: wait for the load, no parameters. */
export function ask(
  inference: Inference,
  folder: string,
  call: Partial<Omit<InferenceCall, 'snapshot'>> & {
    readonly task: string;
    readonly inputs: unknown;
    readonly key?: string;
  },
): Promise<InferenceAnswer> {
  const { key, ...rest } = call;
  return inference.answer({ snapshot: snapshotOf(folder, key), parameters: {}, load: 'wait', ...rest });
}
