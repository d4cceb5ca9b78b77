import { HubError } from '../config/errors.js';
import { NumbersOfService } from './runner/serviceNumbers.js';
import type { Inference } from './types.js';

/** Where no models run: neither a runner nor its memory. */
export function noInference(): Inference {
  return {
    answer: () => Promise.reject(new HubError('INFERENCE_OFF', { reason: 'this hub runs no models' })),
    state: () => 'loadable',
    loadSeconds: () => 0,
    verdict: () => null,
    quarantineReason: () => null,
    hasQuarantined: () => false,
    release() {},
    load: () => Promise.reject(new HubError('INFERENCE_OFF', { reason: 'this hub runs no models' })),
    retire() {},
    pin() {},
    stats: () => ({
      ready: false,
      runnerPid: null,
      loadedBytes: 0,
      budgetBytes: 0,
      residentBytes: 0,
      models: [],
      waiting: 0,
      running: 0,
      threads: 0,
      restarts: 0,
      evictions: 0,
      service: new NumbersOfService().all,
    }),
    close: () => Promise.resolve(),
  };
}
