import type { InferenceOptions } from '../../inference/types.js';

/** The options of a hub that was told none, with some of its own. */
export function benchOptions(options: Partial<InferenceOptions>): InferenceOptions {
  return {
    minThreads: 1,
    maxThreads: 2,
    memoryBytes: 1024 ** 3,
    deadlineMs: 60_000,
    maxQueue: 1000,
    maxBatch: 16,
    batchWaitMs: 1,
    pinned: [],
    idleMs: 0,
    threadIdleMs: 60_000,
    preloadShare: 0,
    ...options,
  };
}
