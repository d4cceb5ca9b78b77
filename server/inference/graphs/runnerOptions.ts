import type { Options } from '../../../config/options.js';
import type { InferenceOptions } from '../../../inference/types.js';

/** The hub's options as the runner takes them. */
export function runnerOptions(options: Options['inference']): InferenceOptions {
  const { threads, minThreads, memoryBytes, maxQueue, maxBatch, batchWaitMs, pinned } = options;
  return {
    maxThreads: threads,
    minThreads: Math.min(minThreads, threads),
    memoryBytes,
    deadlineMs: options.deadlineSeconds * 1000,
    maxQueue,
    maxBatch,
    batchWaitMs,
    pinned,
    idleMs: options.idleMinutes * 60_000,
    threadIdleMs: options.threadIdleSeconds * 1000,
    preloadShare: options.preloadPercent / 100,
  };
}
