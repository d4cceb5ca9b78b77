import type { HistogramCounts } from '../../inference/runner/histogram.js';
import type { InferenceStats } from '../../inference/types.js';

/*
 * The text that Prometheus reads (exposition format 0.0.4): for each metric a HELP and a TYPE line, then its samples; of a
 * histogram a sample for each bound, one for +Inf, and the sum and count. Times are in seconds, sizes in bytes.
 */

/** Numbers of the hub that do not come from the runner. */
export interface HubNumbers {
  readonly uptimeSeconds: number;
  readonly residentBytes: number;
}

/** No names of models or people: whoever reads it learns how busy the hub is, not what is in it. */
export function prometheusText(stats: InferenceStats, hub: HubNumbers): string {
  const { service } = stats;
  return [
    gauge('hubstead_uptime_seconds', 'Seconds since the hub began', hub.uptimeSeconds),
    gauge('hubstead_resident_bytes', 'Resident memory of the hub', hub.residentBytes),
    gauge('hubstead_runner_ready', '1 when the process that runs models is up', stats.ready ? 1 : 0),
    counter('hubstead_runner_restarts_total', 'Ends of the process that runs models', stats.restarts),
    gauge('hubstead_runner_resident_bytes', 'Resident memory of the process that runs models', stats.residentBytes),
    gauge('hubstead_runner_threads', 'Threads that are started', stats.threads),
    gauge('hubstead_models_loaded', 'Models in memory', stats.models.length),
    gauge('hubstead_models_bytes', 'Memory of loaded models, as measured', stats.loadedBytes),
    gauge('hubstead_models_budget_bytes', 'Memory that loaded models may take', stats.budgetBytes),
    counter('hubstead_model_evictions_total', 'Models unloaded to make room', stats.evictions),
    gauge('hubstead_calls_waiting', 'Calls in the queue', stats.waiting),
    gauge('hubstead_calls_running', 'Calls that run', stats.running),
    histogram('hubstead_call_queue_seconds', 'Time that calls waited', service.queueMs, 1000),
    histogram('hubstead_model_load_seconds', 'Time of loads', service.loadMs, 1000),
    histogram('hubstead_call_run_seconds', 'Time that calls ran', service.runMs, 1000),
    histogram('hubstead_batch_size', 'Texts of the largest run that a call was part of', service.batchSize, 1),
    counter('hubstead_tokens_total', 'Tokens that went through models', service.tokens),
    gauge('hubstead_tokens_per_second', 'Tokens a second over the last minute', service.tokensPerSecond),
    failures(service.failures),
  ].join('');
}

function gauge(name: string, help: string, value: number): string {
  return metric(name, help, 'gauge', [`${name} ${value}`]);
}

function counter(name: string, help: string, value: number): string {
  return metric(name, help, 'counter', [`${name} ${value}`]);
}

function failures(byCode: Readonly<Record<string, number>>): string {
  const name = 'hubstead_call_failures_total';
  const samples = Object.entries(byCode).map(([code, count]) => `${name}{code="${code}"} ${count}`);
  return metric(name, 'Calls that failed, by the code of the error', 'counter', samples);
}

/** `unit` of its values are one of the metric's. */
function histogram(name: string, help: string, counts: HistogramCounts, unit: number): string {
  const { bounds, cumulative, count, sum } = counts;
  return metric(name, help, 'histogram', [
    ...bounds.map((bound, index) => `${name}_bucket{le="${bound / unit}"} ${cumulative[index]}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum / unit}`,
    `${name}_count ${count}`,
  ]);
}

function metric(name: string, help: string, type: string, samples: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => `${sample}\n`).join('')}`;
}
