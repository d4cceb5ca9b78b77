import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../config/projectRoot.js';
import type { Inference } from '../../inference/types.js';
import { skip } from '../support/require.js';
import { customClassifier, endlessClassifier, externalClassifier, nanClassifier, tinyClassifier } from './onnxGraph.js';
import { ask, snapshotOf, startTestInference } from './runnerHarness.js';
import { writeClassifier } from './tinyModels.js';

const task = 'text-classification';
const code = (wanted: string) => (error: { code?: string }) => error.code === wanted;

describe('the runner process', function () {
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
    return Math.ceil((2 * (performance.now() - began)) / 1000) * 1000;
  }

  it('answers with times and the kind of graph', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const answer = await ask(start(), folder, { task, inputs: 'good film' });
    assert.deepEqual(labels(answer.output), ['POS', 'NEG']);
    assert.equal(answer.computeType, 'cpu+fp32');
    assert.equal(answer.graph, 'model.onnx');
    assert.ok(answer.loadMs > 0 && answer.computeMs > 0 && answer.queueMs >= 0);
    const again = await ask(inference!, folder, { task, inputs: 'good film' });
    assert.equal(again.loadMs, 0);
  });

  it('loads nothing for a call that asks only loaded models', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = start();
    await assert.rejects(ask(hub, folder, { task, inputs: 'a', load: 'never' }), code('MODEL_LOADING'));
    assert.equal(hub.state(folder), 'loadable');
    await ask(hub, folder, { task, inputs: 'a' });
    assert.equal(hub.state(folder), 'loaded');
    await ask(hub, folder, { task, inputs: 'a', load: 'never' });
  });

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

  it('quarantines a model that ends its runner, and asks the other calls again', async () => {
    const good = await writeClassifier(tinyClassifier());
    const bad = await writeClassifier(tinyClassifier());
    const hub = startDangerous();
    await Promise.all([ask(hub, good, { task, inputs: 'good' }), ask(hub, bad, { task, inputs: 'good' })]);
    const calls = [
      ask(hub, good, { task, inputs: 'slow' }),
      ask(hub, bad, { task, inputs: 'abort' }),
      ask(hub, good, { task, inputs: 'good' }),
    ];
    const [slow, abort, queued] = await Promise.allSettled(calls);
    assert.equal(slow?.status, 'fulfilled');
    assert.equal(queued?.status, 'fulfilled');
    assert.ok(abort?.status === 'rejected' && code('MODEL_QUARANTINED')(abort.reason));
    assert.match(hub.quarantineReason(bad) ?? '', /ended by SIGABRT/);
    assert.equal(hub.quarantineReason(good), null);
    await ask(hub, good, { task, inputs: 'good' });
  });

  it('does not blame a model whose call is answered once it is asked again', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous();
    await ask(hub, folder, { task, inputs: 'good' });
    for (const killed of [1, 2, 3]) {
      const answer = ask(hub, folder, { task, inputs: 'slow' });
      await until(() => hub.stats().running === 1);
      process.kill(hub.stats().runnerPid!, 'SIGKILL');
      await answer;
      assert.equal(hub.stats().restarts, killed);
    }
    assert.equal(hub.quarantineReason(folder), null);
  });

  it('starts again when it is killed while idle', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = start();
    await ask(hub, folder, { task, inputs: 'good' });
    process.kill(hub.stats().runnerPid!, 'SIGKILL');
    await until(() => hub.stats().restarts === 1);
    await ask(hub, folder, { task, inputs: 'good' });
    assert.equal(hub.state(folder), 'loaded');
  });

  it('is not ready while no thread can be started, and lets calls fail in time', async () => {
    const hub = start({ entry: './brokenRunner.ts', deadlineMs: 1500 });
    const folder = await writeClassifier(tinyClassifier());
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('DEADLINE_EXCEEDED'));
    assert.equal(hub.stats().ready, false);
    await until(() => hub.stats().restarts >= 1);
    assert.equal(hub.quarantineReason(folder), null);
  });

  it('takes a waiting call out of the queue when its caller leaves', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ maxThreads: 1 });
    const running = ask(hub, folder, { task, inputs: 'slow' });
    const controller = new AbortController();
    const waiting = ask(hub, folder, { task, inputs: 'good', signal: controller.signal });
    await until(() => hub.stats().running === 1);
    controller.abort();
    await assert.rejects(waiting, code('CALL_CANCELLED'));
    await running;
    await until(() => hub.stats().waiting + hub.stats().running === 0);
  });

  it('brings the parts of an answer in order before the answer', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const events: unknown[] = [];
    const onEvent = (event: unknown) => void events.push(event);
    await ask(startDangerous({ maxThreads: 1 }), folder, { task, inputs: 'tell', onEvent });
    assert.deepEqual(events, ['one', 'two', 'three']);
  });

  it('ends a call that runs when its caller leaves, and uses its thread again', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ maxThreads: 1 });
    const leave = new AbortController();
    const onEvent = () => leave.abort();
    const call = ask(hub, folder, { task, inputs: 'tell and wait', onEvent, signal: leave.signal });
    await assert.rejects(call, code('CALL_CANCELLED'));
    const pid = hub.stats().runnerPid;
    await ask(hub, folder, { task, inputs: 'good' });
    assert.equal(hub.stats().runnerPid, pid);
  });

  it('does not ask again a call whose answer was heard in part when the runner ended', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const events: unknown[] = [];
    const onEvent = (event: unknown) => void events.push(event);
    const call = ask(startDangerous(), folder, { task, inputs: 'tell and abort', onEvent });
    await assert.rejects(call, code('RUNNER_LOST'));
    assert.deepEqual(events, ['one', 'two', 'three']);
  });

  it('refuses calls beyond its queue', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ maxThreads: 1, maxQueue: 4 });
    const first = ask(hub, folder, { task, inputs: 'slow' });
    await until(() => hub.stats().running === 1);
    const waiting = [ask(hub, folder, { task, inputs: 'good' }), ask(hub, folder, { task, inputs: 'good' })];
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('QUEUE_FULL'));
    await Promise.all([first, ...waiting]);
  });

  it('gives one model at most half of its queue', async () => {
    const [busy, other, third] = await Promise.all([1, 2, 3].map(() => writeClassifier(tinyClassifier())));
    const hub = startDangerous({ maxThreads: 1, maxQueue: 5 });
    const first = ask(hub, busy!, { task, inputs: 'slow' });
    await until(() => hub.stats().running === 1);
    const waiting = [busy!, busy!].map((folder) => ask(hub, folder, { task, inputs: 'good' }));
    await assert.rejects(ask(hub, busy!, { task, inputs: 'good' }), code('QUEUE_FULL'));
    waiting.push(...[other!, other!, third!].map((folder) => ask(hub, folder, { task, inputs: 'good' })));
    await assert.rejects(ask(hub, third!, { task, inputs: 'good' }), code('QUEUE_FULL'));
    await Promise.all([first, ...waiting]);
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
    await until(() => hub.stats().running === 1);
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
    await until(() => hub.stats().ready);
    const hung = ask(hub, endless, { task, inputs: 'good' }).catch((error: unknown) => error);
    await until(() => hub.stats().running === 1);
    const waiting = [1, 2, 3].map(() => ask(hub, good, { task, inputs: 'good' }));
    await Promise.all(waiting);
    assert.ok(code('DEADLINE_EXCEEDED')((await hung) as { code?: string }));
    assert.equal(hub.stats().restarts, 1);
  });

  it('gives up a call that waits beyond its deadline, and leaves the runner alone', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ maxThreads: 1, deadlineMs: 500 });
    await until(() => hub.stats().ready);
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
    await until(() => hub.stats().running === 1);
    await ask(hub, second!, { task, inputs: 'good' });
    assert.ok(!isLongDone);
    await long;
  });

  it('gives callers their turns, however many calls one of them has sent', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ maxThreads: 1 });
    await ask(hub, folder, { task, inputs: 'good' });
    const order: string[] = [];
    const from = (caller: string, inputs: string) =>
      ask(hub, folder, { task, inputs, caller }).then(() => order.push(caller));
    const calls = ['slow', 'good', 'good', 'good', 'good'].map((inputs) => from('many', inputs));
    calls.push(from('one', 'good'));
    await Promise.all(calls);
    assert.ok(order.indexOf('one') <= 2, order.join());
  });

  it('ends threads and unloads models that nobody used for long', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous({ idleMs: 3000, threadIdleMs: 300 });
    const calls = Promise.all(Array.from({ length: 4 }, () => ask(hub, folder, { task, inputs: 'slow' })));
    // Looked at while they run: soon after, the second thread has nothing to do any more.
    await until(() => hub.stats().threads === 2);
    await calls;
    await until(() => hub.stats().threads === 1);
    await ask(hub, folder, { task, inputs: 'good' });
    await until(() => hub.state(folder) === 'loadable');
  });

  it('refuses a model that is larger than the budget', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = start({ memoryBytes: 1024 * 1024 });
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('MODEL_TOO_LARGE'));
  });

  const refusals: readonly {
    readonly name: string;
    readonly graph: Buffer | null;
    readonly files?: Readonly<Record<string, string>>;
    readonly reason: RegExp;
  }[] = [
    { name: 'no graph', graph: null, reason: /no ONNX graph/ },
    { name: 'a graph that is none', graph: Buffer.from('not a graph'), reason: /model\.onnx/ },
    { name: 'external data above its folder', graph: externalClassifier('../secret.bin'), reason: /leaves the folder/ },
    { name: 'external data at an absolute path', graph: externalClassifier('/etc/passwd'), reason: /absolute path/ },
    {
      name: 'external data that is missing',
      graph: externalClassifier('weights.bin'),
      reason: /not in the repository/,
    },
    { name: 'operators of a library', graph: customClassifier(), reason: /cannot open its graph/ },
    { name: 'an answer without numbers', graph: nanClassifier(), reason: /numbers that are none/ },
    {
      name: 'a vocabulary without its unknown token',
      graph: tinyClassifier(),
      files: { 'vocab.txt': '[CLS]\n[SEP]' },
      reason: /its tokenizer cannot be used: .*UNK/,
    },
  ];
  it('says why a model cannot be run', async () => {
    const hub = start();
    for (const { name, graph, files, reason } of refusals) {
      const folder = await writeClassifier(graph ?? Buffer.alloc(0), graph ? files : { 'config.json': '{}' });
      const asked = graph ? undefined : 'onnx/model_q4.onnx';
      const call = ask(hub, folder, { task, inputs: 'good', graph: asked });
      await assert.rejects(call, (error: { code?: string; message: string }) => {
        assert.equal(error.code, 'INFERENCE_UNAVAILABLE', name);
        assert.match(error.message, graph ? reason : /no graph "onnx\/model_q4\.onnx"/, name);
        assert.ok(!error.message.includes(folder), error.message);
        return true;
      });
    }
    await ask(hub, await writeClassifier(tinyClassifier()), { task, inputs: 'good' });
    assert.equal(hub.stats().restarts, 0);
  });

  it('runs the graph asked for, by path or label', async () => {
    const folder = await writeClassifier(tinyClassifier(), { 'onnx/model_int8.onnx': tinyClassifier() });
    const hub = start();
    for (const graph of ['int8', 'onnx/model_int8.onnx']) {
      const answer = await ask(hub, folder, { task, inputs: 'good', graph });
      assert.equal(answer.computeType, 'cpu+int8');
    }
    assert.equal((await ask(hub, folder, { task, inputs: 'good' })).computeType, 'cpu+fp32');
  });

  it('ends running calls before it closes', async () => {
    const folder = await writeClassifier(tinyClassifier());
    const hub = startDangerous();
    await ask(hub, folder, { task, inputs: 'good' });
    const running = ask(hub, folder, { task, inputs: 'slow' });
    const { runnerPid } = hub.stats();
    await hub.close();
    await running;
    await until(() => !isAlive(runnerPid!));
    await assert.rejects(ask(hub, folder, { task, inputs: 'good' }), code('BUSY'));
  });

  it('does not wait for a call whose caller has left when it closes', async () => {
    const folder = await writeClassifier(endlessClassifier());
    const hub = start();
    const caller = new AbortController();
    const call = ask(hub, folder, { task, inputs: 'good', signal: caller.signal });
    await until(() => hub.stats().running === 1);
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
    await until(() => !isAlive(runnerPid));
  });

  it('is the first to go when memory runs out', async function () {
    if (process.platform !== 'linux') skip(this, 'only Linux lets a process say so');
    const hub = start();
    await until(() => hub.stats().ready);
    assert.equal((await readFile(`/proc/${hub.stats().runnerPid}/oom_score_adj`, 'utf8')).trim(), '1000');
  });

  it('has nothing of the hub’s environment', async function () {
    if (process.platform !== 'linux') skip(this, 'the environment of a process can be read on Linux only');
    const hub = start();
    await until(() => hub.stats().ready);
    const environment = await new Promise<string>((resolve, reject) => {
      execFile('cat', [`/proc/${hub.stats().runnerPid}/environ`], (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
    });
    const names = environment.split('\0').map((entry) => entry.split('=')[0]);
    assert.deepEqual(
      names.filter((name) => name && !/^(MALLOC_|TOKENIZERS_|NODE_CHANNEL_)/.test(name)),
      [],
    );
  });
});

function labels(output: unknown): string[] {
  return (output as { label: string }[][])[0]!.map(({ label }) => label);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000; i++) {
    if (condition()) return;
    await wait(25);
  }
  assert.fail('the condition did not come true within 50 s');
}
