import assert from 'node:assert/strict';
import type { InferenceStats } from '../../../inference/types.js';
import { prometheusText } from '../../../server/metrics/prometheusText.js';

const times = { bounds: [10, 100], cumulative: [3, 5], count: 6, sum: 1234 };
const stats: InferenceStats = {
  ready: true,
  runnerPid: 1,
  loadedBytes: 5,
  budgetBytes: 10,
  residentBytes: 20,
  models: [],
  waiting: 2,
  running: 1,
  threads: 3,
  restarts: 4,
  evictions: 7,
  service: {
    queueMs: times,
    loadMs: times,
    runMs: times,
    batchSize: { bounds: [1, 2], cumulative: [1, 1], count: 1, sum: 1 },
    failures: { QUEUE_FULL: 9 },
    tokens: 100,
    tokensPerSecond: 8.5,
  },
};

describe('numbers for Prometheus', () => {
  const text = prometheusText(stats, { uptimeSeconds: 60, residentBytes: 30 });

  it('have a HELP and a TYPE line for each metric, and samples that parse', () => {
    const names = [...text.matchAll(/^# TYPE (\w+) (gauge|counter|histogram)$/gm)].map(([, name]) => name);
    assert.ok(names.length > 15);
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
      assert.match(line, /^[a-z_]+(_bucket|_sum|_count)?(\{\w+="[^"]+"\})? -?\d+(\.\d+)?(e-?\d+)?$/);
  });

  it('give times in seconds, each bucket holding those below it, the last all', () => {
    assert.match(text, /call_run_seconds_bucket\{le="0\.01"\} 3\n/);
    assert.match(text, /call_run_seconds_bucket\{le="0\.1"\} 5\n/);
    assert.match(text, /call_run_seconds_bucket\{le="\+Inf"\} 6\n/);
    assert.match(text, /call_run_seconds_sum 1\.234\n/);
  });

  it('count failures by code', () => {
    assert.match(text, /call_failures_total\{code="QUEUE_FULL"\} 9\n/);
  });
});
