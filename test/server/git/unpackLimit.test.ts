import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { killTree, limitUnpacking, unpackWithinMs } from '../../../server/git/unpackLimit.js';
import { until } from '../../support/until.js';

describe('the time that git may take to unpack', () => {
  it('grows with what was sent', () => {
    assert.deepEqual([0, 1_048_576, 1_073_741_824].map(unpackWithinMs), [20_000, 21_000, 1_044_000]);
  });

  for (const [what, isAsked, late] of [
    ['ends a push that is not unpacked in time', false, [3]],
    ['is over when the hook has asked', true, []],
  ] as const) {
    it(what, async () => {
      const body = new PassThrough();
      const told: number[] = [];
      const done = limitUnpacking(
        body,
        () => told.push(3),
        (bytes) => bytes * 10,
      );
      body.end('abc');
      await once(body, 'end');
      if (isAsked) done();
      if (late.length > 0) await until('git is not ended', () => told.length > 0);
      else await wait(60);
      assert.deepEqual(told, late);
    });
  }

  it('counts while git takes nothing, not while the client sends nothing', async () => {
    const body = new PassThrough({ highWaterMark: 10 });
    const slow = new PassThrough({ highWaterMark: 1 });
    const told: string[] = [];
    limitUnpacking(
      body,
      () => told.push('late'),
      () => 30,
    );
    body.pipe(slow);
    await wait(60);
    assert.deepEqual(told, []);
    body.write('more than it takes');
    await until('git is not ended', () => told.length > 0);
    assert.deepEqual(told, ['late']);
  });

  it('kills the helpers that git started as well', async () => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const helper = Number(said.toString());
    killTree(parent);
    await once(parent, 'exit');
    await until('the helper lives on', () => !isAlive(helper));
  });
});

/** A process that was killed may stay as a zombie until somebody reads its end. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
