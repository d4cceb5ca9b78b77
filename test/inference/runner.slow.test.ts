import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../../config/projectRoot.js';
import type { Inference } from '../../inference/types.js';
import { until } from '../support/until.js';
import { endlessClassifier, tinyClassifier } from './onnxGraph.js';
import { ask, failsWith as code, snapshotOf, startTestInference } from './runnerHarness.js';
import { writeClassifier } from './tinyModels.js';

const task = 'text-classification';

/* What takes a runner of its own, or time: kills, deadlines, idleness, memory. */
describe('the life of the runner process', function () {
  this.timeout(120_000);
  let inference: Inference | null = null;
  const start = (options: Parameters<typeof startTestInference>[0] = {}) => {
    inference = startTestInference(options);
    return inference;
  };
  const startDangerous = (options: Parameters<typeof startTestInference>[0] = {}) =>
    start({ entry: './dangerousRunner.ts', ...options });
  afterEach(async () => {
    await inference?.close();
    inference = null;
  });

  /** Time that suffices here and now to start a runner, load a model and answer, and no longer: tests wait until it is over. */
  async function enoughMs(): Promise<number> {
    const began = performance.now();
    const probe = startTestInference();
    await ask(probe, await writeClassifier(tinyClassifier()), { task, inputs: 'good' });
    await probe.close();
    return Math.max(3000, Math.ceil((3 * (performance.now() - began)) / 1000) * 1000);
  }

  it('kills a runner whose graph loops for ever, and quarantines the model the second time', async () => {
    const endless = await writeClassifier(endlessClassifier());
    const good = await writeClassifier(tinyClassifier());
    const hub = start({ deadlineMs: await enoughMs() });
    await ask(hub, good, { task, inputs: 'good' });
    const firstPid = hub.stats().runnerPid;
    await assert.rejects(ask(hub, endless, { task, inputs: 'good' }), code('DEADLINE_EXCEEDED'));
    await ask(hub, good, { task, inputs: 'good' });
    assert.notEqual(hub.stats().runnerPid, firstPid);
    assert.equal(hub.state(endless), 'loadable');
    await assert.rejects(ask(hub, endless, { task, inputs: 'good' }), code('DEADLINE_EXCEEDED'));
    assert.equal(hub.state(endless), 'quarantined');
    assert.match(hub.quarantineReason(endless) ?? '', /no answer within \d+ s, twice/);
    await assert.rejects(ask(hub, endless, { task, inputs: 'good' }), code('MODEL_QUARANTINED'));
    hub.release(endless);
    assert.equal(hub.state(endless), 'loadable');
  });

  it('does not blame a model whose call is answered once it is asked again', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous();
    await ask(hub, folder, { task, inputs: 'good' });
    for (const killed of [1, 2, 3]) {
      const answer = ask(hub, folder, { task, inputs: 'slow' });
      await until('a call runs', () => hub.stats().running === 1);
      process.kill(hub.stats().runnerPid!, 'SIGKILL');
      await answer;
      assert.equal(hub.stats().restarts, killed);
    }
    assert.equal(hub.quarantineReason(folder), null);
  });

  it('does not ask again a call whose answer was heard in part when the runner ended', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const events: unknown[] = [];
    const onEvent = (event: unknown) => void events.push(event);
    const call = ask(startDangerous(), folder, { task, inputs: 'tell and abort', onEvent });
    await assert.rejects(call, code('RUNNER_LOST'));
    assert.deepEqual(events, ['one', 'two', 'three']);
  });

  it('is not ready while no thread can be started, and lets calls fail in time', async () => {
    const hub = start({ entry: './brokenRunner.ts', deadlineMs: 1500 });
    const folder = await writeClassifier(tinyClassifier());
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('DEADLINE_EXCEEDED'));
    assert.equal(hub.stats().ready, false);
    await until('the runner starts again', () => hub.stats().restarts >= 1);
    assert.equal(hub.quarantineReason(folder), null);
  });

  it('loads a model on an idle thread when a call of another model keeps its thread', async () => {
    const [good, endless] = await Promise.all([
      writeClassifier(tinyClassifier()),
      writeClassifier(endlessClassifier()),
    ]);
    const hub = start({ deadlineMs: 15_000 });
    // The thread that holds least gets the next model: the second good one stands where the endless one will hang.
    const second = await writeClassifier(tinyClassifier());
    await ask(hub, good, { task, inputs: 'good' });
    await ask(hub, second, { task, inputs: 'good' });
    const hangs = new AbortController();
    const hung = ask(hub, endless, { task, inputs: 'good', signal: hangs.signal }).catch((error: unknown) => error);
    await until('a call runs', () => hub.stats().running === 1);
    for (const folder of [good, second, good, second]) await ask(hub, folder, { task, inputs: 'good' });
    assert.equal(hub.stats().restarts, 0);
    // Further calls of the endless model wait, and take no thread from the others.
    const again = [1, 2].map(() => ask(hub, endless, { task, inputs: 'bad', signal: hangs.signal }).catch(() => {}));
    for (const folder of [good, second]) await ask(hub, folder, { task, inputs: 'bad' });
    assert.equal(hub.stats().restarts, 0);
    hangs.abort();
    await Promise.all([hung, ...again]);
  });

  it('answers calls that waited while another model hung, once the runner was killed', async () => {
    const [good, endless] = await Promise.all([
      writeClassifier(tinyClassifier()),
      writeClassifier(endlessClassifier()),
    ]);
    const hub = start({ maxThreads: 1, deadlineMs: await enoughMs() });
    await until('the runner is ready', () => hub.stats().ready);
    const hung = ask(hub, endless, { task, inputs: 'good' }).catch((error: unknown) => error);
    await until('a call runs', () => hub.stats().running === 1);
    const waiting = [1, 2, 3].map(() => ask(hub, good, { task, inputs: 'good' }));
    await Promise.all(waiting);
    assert.ok(code('DEADLINE_EXCEEDED')((await hung) as { code?: string }));
    assert.equal(hub.stats().restarts, 1);
  });

  it('gives up a call that waits beyond its deadline, and leaves the runner alone', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ maxThreads: 1, deadlineMs: 500 });
    await until('the runner is ready', () => hub.stats().ready);
    await ask(hub, folder, { task, inputs: 'good' });
    const running = [1, 2].map(() => ask(hub, folder, { task, inputs: 'slow' }).catch((error: unknown) => error));
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('DEADLINE_EXCEEDED'));
    await Promise.all(running);
    assert.equal(hub.stats().restarts, 0);
  });

  it('spreads a model to a second thread only when its calls wait', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous();
    for (let i = 0; i < 5; i++) await ask(hub, folder, { task, inputs: 'good' });
    assert.equal(hub.stats().models[0]?.threads, 1);
    await Promise.all(Array.from({ length: 4 }, () => ask(hub, folder, { task, inputs: 'slow' })));
    assert.equal(hub.stats().models[0]?.threads, 2);
  });

  it('keeps the most called models in memory while many others pass', async () => {
    const folders = await Promise.all(Array.from({ length: 40 }, () => writeClassifier(tinyClassifier())));
    // The estimate of one model, and room for some ten as they are measured.
    const hub = start({ maxThreads: 1, memoryBytes: 28 * 1024 * 1024 });
    const [wanted, others] = [folders.slice(0, 5), folders.slice(5)];
    for (let round = 0; round < 3; round++)
      for (const folder of wanted) await ask(hub, folder, { task, inputs: 'good' });
    for (const folder of others) await ask(hub, folder, { task, inputs: 'good' });
    assert.ok(hub.stats().evictions > 0);
    assert.ok(hub.stats().loadedBytes <= 28 * 1024 * 1024);
    assert.deepEqual(wanted.map(hub.state.bind(hub)), Array(5).fill('loaded'));
  });

  it('answers calls of another model between the steps of a long one, on the same thread', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => writeClassifier(tinyClassifier())));
    const hub = startDangerous({ maxThreads: 1, maxBatch: 4 });
    for (const folder of [first!, second!]) await ask(hub, folder, { task, inputs: 'good' });
    let isLongDone = false;
    const long = ask(hub, first!, { task, inputs: 'slow' }).then(() => {
      isLongDone = true;
    });
    await until('a call runs', () => hub.stats().running === 1);
    await ask(hub, second!, { task, inputs: 'good' });
    assert.ok(!isLongDone);
    await long;
  });

  it('ends threads and unloads models that nobody used for long', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ idleMs: 3000, threadIdleMs: 300 });
    const calls = Promise.all(Array.from({ length: 4 }, () => ask(hub, folder, { task, inputs: 'slow' })));
    // Looked at while they run: soon after, the second thread has nothing to do any more.
    await until('a second thread starts', () => hub.stats().threads === 2);
    await calls;
    await until('the second thread ends', () => hub.stats().threads === 1);
    await ask(hub, folder, { task, inputs: 'good' });
    await until('the model is unloaded', () => hub.state(folder) === 'loadable');
  });

  it('refuses a model that is larger than the budget', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = start({ memoryBytes: 1024 * 1024 });
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('MODEL_TOO_LARGE'));
  });

  it('ends running calls before it closes', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous();
    await ask(hub, folder, { task, inputs: 'good' });
    const running = ask(hub, folder, { task, inputs: 'slow' });
    const { runnerPid } = hub.stats();
    await hub.close();
    await running;
    await until('the runner ends', () => !isAlive(runnerPid!));
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('BUSY'));
  });

  it('does not wait for a call whose caller has left when it closes', async () => {
    const folder = await writeClassifier(endlessClassifier());
    const hub = start();
    const caller = new AbortController();
    const call = ask(hub, folder, { task, inputs: 'good', signal: caller.signal });
    await until('a call runs', () => hub.stats().running === 1);
    const closed = hub.close();
    const began = performance.now();
    caller.abort();
    await assert.rejects(call, code('CALL_CANCELLED'));
    await closed;
    assert.ok(performance.now() - began < 10_000);
  });

  it('ends with the hub, even while a graph loops for ever and the hub was killed', async () => {
    const folder = await writeClassifier(endlessClassifier());
    const hub = spawn(
      process.execPath,
      ['--import', 'tsx', 'test/inference/hubToKill.ts', JSON.stringify(snapshotOf(folder))],
      {
        cwd: projectRoot,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(hub.stdout, 'data')) as [Buffer];
    const runnerPid = Number(line.toString());
    assert.ok(isAlive(runnerPid));
    hub.kill('SIGKILL');
    await until('the runner ends', () => !isAlive(runnerPid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
