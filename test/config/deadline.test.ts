import assert from 'node:assert/strict';
import { deadline, within } from '../../config/deadline.js';

describe('a deadline', () => {
  it('aborts after its time, though nobody holds it but the work', async () => {
    const { signal } = deadline(20);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    assert.equal((signal.reason as Error).name, 'TimeoutError');
  });

  it('aborts with the outer signal, also one that was aborted before', () => {
    const outer = new AbortController();
    const { signal } = deadline(60_000, outer.signal);
    outer.abort(new Error('closing'));
    assert.equal((signal.reason as Error).message, 'closing');
    assert.ok(deadline(60_000, outer.signal).signal.aborted);
  });

  it('is over when the work is', async () => {
    const { signal, end } = deadline(10);
    end();
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(signal.aborted, false);
  });
});

describe('a value within a time', () => {
  it('is the value, and undefined where it comes later or never', async () => {
    assert.equal(await within(Promise.resolve(3), 60_000), 3);
    assert.equal(await within(new Promise(() => {}), 5), undefined);
    assert.equal(await within(Promise.reject(new Error('no')), 60_000), undefined);
  });
});
