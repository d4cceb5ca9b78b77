import assert from 'node:assert/strict';
import { until } from '../../support/until.js';
import { startTestInference } from '../runnerHarness.js';

describe('closing what runs models', () => {
  it('waits until its process has ended, which may write into the data folder until then', async () => {
    const inference = startTestInference();
    await until('it was not ready', () => inference.stats().ready);
    const pid = inference.stats().runnerPid!;
    await inference.close();
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.equal(inference.stats().runnerPid, null);
  });
});
