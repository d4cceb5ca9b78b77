import assert from 'node:assert/strict';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import type { FromRunner } from '../../../inference/runner/messages.js';
import { verificationOf } from '../../../inference/runner/verdicts.js';
import { Verifier } from '../../../inference/runner/verifier.js';
import type { Inference } from '../../../inference/types.js';
import { verdictLine } from '../../../views/verdictLine.js';
import { until } from '../../support/until.js';
import { ask, startTestInference } from '../runnerHarness.js';

describe('verdicts of the referee', () => {
  let inference: Inference;
  afterEach(() => inference.close());

  it('come after the first load, which does not wait for them', async () => {
    inference = startTestInference();
    const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-verdict-'));
    await cp(path.join(projectRoot, 'test', 'fixtures', 'checkpoints', 'bert-ner'), folder, { recursive: true });
    await cp(
      path.join(projectRoot, 'test', 'fixtures', 'models', 'bert-ner', 'tokenizer.json'),
      path.join(folder, 'tokenizer.json'),
    );
    const answer = await ask(inference, folder, { task: 'token-classification', inputs: 'Anna lives in Oslo' });
    assert.equal(answer.computeType, 'cpu+compiled');
    await until('no verdict came', () => inference.verdict(folder) !== null);
    assert.equal(verificationOf(inference.verdict(folder)), 'verified');
  });

  it('turn a model off whose graph is wrong, naming the layer', async () => {
    inference = startTestInference({ entry: './wrongVerdictRunner.ts' });
    const call = { task: 'feature-extraction', inputs: 'a text', key: 'wrong' };
    await ask(inference, '/nowhere', call);
    await until('it was not turned off', () => inference.quarantineReason('wrong') !== null);
    await assert.rejects(
      ask(inference, '/nowhere', call),
      (error: unknown) =>
        error instanceof HubError &&
        error.code === 'MODEL_QUARANTINED' &&
        /encoder\.layer\.3 \(largest error 5\.0e-1, cosine 0\.900000\)/.test(error.message),
    );
    assert.equal(inference.state('wrong'), 'quarantined');
  });

  it('leave a model on that could not be compared, and keep the reason', async () => {
    inference = startTestInference({ entry: './wrongVerdictRunner.ts' });
    await ask(inference, '/nowhere', { task: 'feature-extraction', inputs: 'a text', key: 'large' });
    await until('no verdict came', () => inference.verdict('large') !== null);
    assert.deepEqual(inference.verdict('large'), { problem: 'one layer takes too long', isTooLarge: true });
    assert.notEqual(inference.state('large'), 'quarantined');
  });
});

describe('a comparison that could not be made', () => {
  const failed = { problem: 'the referee has no activation swirl', isTooLarge: false };

  it('is told by the thread that tried', async () => {
    const told: FromRunner[] = [];
    await new Verifier((message) => told.push(message)).verify({ key: 'gone', folder: '/nowhere' });
    const [message] = told;
    assert.ok(message?.type === 'verdict' && message.verdict !== 'none' && 'problem' in message.verdict);
    assert.equal(message.verdict.isTooLarge, false);
  });

  it('is neither a family without a second pass nor a verdict, in headers and on pages', () => {
    const large = { ...failed, isTooLarge: true };
    assert.deepEqual([null, 'none' as const, failed, large].map(verificationOf), [
      'pending',
      'none',
      'failed',
      'too-large',
    ]);
    assert.equal(verdictLine('none'), 'no: there is no second forward pass for this architecture');
    assert.equal(verdictLine(failed), `no: a second forward pass could not be made: ${failed.problem}`);
    assert.equal(verdictLine(large), `no: a second forward pass would take more than it may: ${failed.problem}`);
  });
});
