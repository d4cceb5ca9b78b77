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

const mebibyte = 1024 * 1024;
/** What the process may take beside its models: heaps that grow, blocks that are kept. */
const slackBytes = 32 * mebibyte;

describe('memory of the runner', function () {
  this.timeout(900_000);

  it('stays within the budget, and flat, over 1,000 loads of models of three times the budget', async function () {
    if (process.platform !== 'linux') skip(this, 'the memory of a process can be read on Linux only');
    const memoryBytes = 24 * mebibyte;
    const inference = startTestInference({ maxThreads: 1, memoryBytes });
    const call = (cycle: number, copies: number) => {
      const name = models[cycle % models.length]!;
      // The same files under another key are another model.
      const key = `${name} ${Math.floor(cycle / models.length) % copies}`;
      return ask(inference, path.join(fixtureModels, name), { ...questions[name], key });
    };
    for (const [cycle] of models.entries()) await call(cycle, 1);
    const each = inference.stats().loadedBytes / inference.stats().models.length;
    const copies = Math.ceil((3 * memoryBytes) / each / models.length);
    const rss: number[] = [];
    let loads = 0;
    for (let cycle = 0; loads < 1000; cycle++) {
      if ((await call(cycle, copies)).loadMs > 0) loads += 1;
      const { loadedBytes } = inference.stats();
      // What has grown while it ran is made up for after its answer.
      assert.ok(loadedBytes <= memoryBytes + each, `${mb(loadedBytes)} MB`);
      rss.push(rssOf(inference.stats().runnerPid!));
    }
    const { evictions } = inference.stats();
    await inference.close();
    const [early, late, most] = [mean(rss.slice(150, 250)), mean(rss.slice(-50)), Math.max(...rss)];
    const seen = `${copies * models.length} models of ${mb(each)} MB, from ${mb(early)} to ${mb(late)} MB, at most ${mb(most)}`;
    assert.ok(evictions > 900, `${evictions} evictions`);
    assert.ok(late < early * 1.1, seen);
    assert.ok(most < early + slackBytes, seen);
    process.stdout.write(`      ${seen}\n`);
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
  return (bytes / mebibyte).toFixed(1);
}
