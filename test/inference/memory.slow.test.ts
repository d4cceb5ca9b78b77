import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { skip } from '../support/require.js';
import { fixtureModels } from './referenceCases.js';
import { ask, startTestInference } from './runnerHarness.js';

const models = ['bert-ner', 'distilbert-seqcls', 'minilm-sentence', 'roberta-mlm'] as const;
const questions = {
  'bert-ner': { task: 'token-classification', inputs: 'Maria lives in Madrid.' },
  'distilbert-seqcls': { task: 'text-classification', inputs: 'The delivery was quick.' },
  'minilm-sentence': { task: 'feature-extraction', inputs: 'The delivery was quick.' },
  'roberta-mlm': { task: 'fill-mask', inputs: 'The delivery <mask> quick.' },
} as const;

describe('memory of the runner', function () {
  this.timeout(300_000);

  it('stays flat over 200 loads and evictions', async function () {
    if (process.platform !== 'linux') skip(this, 'the memory of a process can be read on Linux only');
    // Room for one of the models: every call evicts the last one.
    const inference = startTestInference({ maxThreads: 1, memoryBytes: 20 * 1024 * 1024 });
    const rss: number[] = [];
    for (let cycle = 0; cycle < 200; cycle++) {
      const name = models[cycle % models.length]!;
      const answer = await ask(inference, path.join(fixtureModels, name), questions[name]);
      assert.ok(answer.loadMs > 0);
      rss.push(rssOf(inference.stats().runnerPid!));
    }
    await inference.close();
    const [early, late] = [mean(rss.slice(40, 60)), mean(rss.slice(-20))];
    assert.ok(late < early * 1.15, `from ${mb(early)} to ${mb(late)} MB`);
  });
});

function rssOf(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) * 1024;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function mb(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
