import assert from 'node:assert/strict';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HubError } from '../../../config/errors.js';
import { projectRoot } from '../../../config/projectRoot.js';
import { verificationOf } from '../../../inference/runner/verdicts.js';
import type { Inference } from '../../../inference/types.js';
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
});
