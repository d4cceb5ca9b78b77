import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Inference } from '../../inference/types.js';
import { skip } from '../support/require.js';
import { until } from '../support/until.js';
import { customClassifier, externalClassifier, nanClassifier, tinyClassifier } from './onnxGraph.js';
import { ask, failsWith as code, startTestInference } from './runnerHarness.js';
import { writeClassifier } from './tinyModels.js';

const task = 'text-classification';

describe('the runner process', function () {
  this.timeout(120_000);
  let hub: Inference;
  const starts = (options?: Parameters<typeof startTestInference>[0]) => {
    before(() => {
      hub = startTestInference(options);
    });
    after(() => hub.close());
  };

  describe('of models that behave', () => {
    starts();

    it('answers with times and the kind of graph', async () => {
      const folder = await writeClassifier(tinyClassifier());
      const answer = await ask(hub, folder, { task, inputs: 'good film' });
      assert.deepEqual(labels(answer.output), ['POS', 'NEG']);
      assert.equal(answer.computeType, 'cpu+fp32');
      assert.equal(answer.graph, 'model.onnx');
      assert.ok(answer.loadMs > 0 && answer.computeMs > 0 && answer.queueMs >= 0);
      const again = await ask(hub, folder, { task, inputs: 'good film' });
      assert.equal(again.loadMs, 0);
    });

    it('loads nothing for a call that asks only loaded models', async () => {
      const folder = await writeClassifier(tinyClassifier());
      await assert.rejects(ask(hub, folder, { task, inputs: 'a', load: 'never' }), code('MODEL_LOADING'));
      assert.equal(hub.state(folder), 'loadable');
      await ask(hub, folder, { task, inputs: 'a' });
      assert.equal(hub.state(folder), 'loaded');
      await ask(hub, folder, { task, inputs: 'a', load: 'never' });
    });

    it('runs the graph asked for, by path or label', async () => {
      const folder = await writeClassifier(tinyClassifier(), { 'onnx/model_int8.onnx': tinyClassifier() });
      for (const graph of ['int8', 'onnx/model_int8.onnx']) {
        const answer = await ask(hub, folder, { task, inputs: 'good', graph });
        assert.equal(answer.computeType, 'cpu+int8');
      }
      assert.equal((await ask(hub, folder, { task, inputs: 'good' })).computeType, 'cpu+fp32');
    });

    const refusals: readonly {
      readonly name: string;
      readonly graph: Buffer | null;
      readonly files?: Readonly<Record<string, string>>;
      readonly reason: RegExp;
    }[] = [
      { name: 'no graph', graph: null, reason: /no ONNX graph/ },
      { name: 'a graph that is none', graph: Buffer.from('not a graph'), reason: /model\.onnx/ },
      {
        name: 'external data above its folder',
        graph: externalClassifier('../secret.bin'),
        reason: /leaves the folder/,
      },
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

    it('is the first to go when memory runs out', async function () {
      if (process.platform !== 'linux') skip(this, 'only Linux lets a process say so');
      await until('the runner is ready', () => hub.stats().ready);
      assert.equal((await readFile(`/proc/${hub.stats().runnerPid}/oom_score_adj`, 'utf8')).trim(), '1000');
    });

    it('has nothing of the hub’s environment', async function () {
      if (process.platform !== 'linux') skip(this, 'the environment of a process can be read on Linux only');
      await until('the runner is ready', () => hub.stats().ready);
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

    it('starts again when it is killed while idle', async () => {
      const folder = await writeClassifier(tinyClassifier());
      await ask(hub, folder, { task, inputs: 'good' });
      process.kill(hub.stats().runnerPid!, 'SIGKILL');
      await until('the runner starts again', () => hub.stats().restarts === 1);
      await ask(hub, folder, { task, inputs: 'good' });
      assert.equal(hub.state(folder), 'loaded');
    });
  });

  describe('with one thread', () => {
    starts({ entry: './dangerousRunner.ts', maxThreads: 1 });

    it('takes a waiting call out of the queue when its caller leaves', async () => {
      const folder = await writeClassifier(tinyClassifier());
      const running = ask(hub, folder, { task, inputs: 'slow' });
      const controller = new AbortController();
      const waiting = ask(hub, folder, { task, inputs: 'good', signal: controller.signal });
      await until('a call runs', () => hub.stats().running === 1);
      controller.abort();
      await assert.rejects(waiting, code('CALL_CANCELLED'));
      await running;
      await until('nothing waits or runs', () => hub.stats().waiting + hub.stats().running === 0);
    });

    it('brings the parts of an answer in order before the answer', async () => {
      const folder = await writeClassifier(tinyClassifier());
      const events: unknown[] = [];
      const onEvent = (event: unknown) => void events.push(event);
      await ask(hub, folder, { task, inputs: 'tell', onEvent });
      assert.deepEqual(events, ['one', 'two', 'three']);
    });

    it('tells calls that wait their place, and again when it changes', async () => {
      const folder = await writeClassifier(tinyClassifier());
      const [leave, gone] = [new AbortController(), new AbortController()];
      const first = ask(hub, folder, { task, inputs: 'tell and wait', signal: leave.signal });
      await until('a call runs', () => hub.stats().running === 1);
      const places: number[][] = [[], []];
      const onPlace = (of: number) => (place: number) => void places[of]!.push(place);
      const before = ask(hub, folder, { task, inputs: 'good', signal: gone.signal, onPlace: onPlace(0) });
      const last = ask(hub, folder, { task, inputs: 'good', onPlace: onPlace(1) });
      await until('both know their place', () => places.every((told) => told.length === 1));
      gone.abort();
      await assert.rejects(before, code('CALL_CANCELLED'));
      await until('the second moves up', () => places[1]!.length === 2);
      leave.abort();
      await assert.rejects(first, code('CALL_CANCELLED'));
      await last;
      assert.deepEqual(places, [[1], [2, 1]]);
    });

    it('ends a call that runs when its caller leaves, and uses its thread again', async () => {
      const folder = await writeClassifier(tinyClassifier());
      const leave = new AbortController();
      const onEvent = () => leave.abort();
      const call = ask(hub, folder, { task, inputs: 'tell and wait', onEvent, signal: leave.signal });
      await assert.rejects(call, code('CALL_CANCELLED'));
      const pid = hub.stats().runnerPid;
      await ask(hub, folder, { task, inputs: 'good' });
      assert.equal(hub.stats().runnerPid, pid);
    });

    it('gives callers their turns, however many calls one of them has sent', async () => {
      const folder = await writeClassifier(tinyClassifier());
      await ask(hub, folder, { task, inputs: 'good' });
      const order: string[] = [];
      const from = (caller: string, inputs: string) =>
        ask(hub, folder, { task, inputs, caller }).then(() => order.push(caller));
      const calls = ['slow', 'good', 'good', 'good', 'good'].map((inputs) => from('many', inputs));
      calls.push(from('one', 'good'));
      await Promise.all(calls);
      assert.ok(order.indexOf('one') <= 2, order.join());
    });
  });

  describe('with one thread and a short queue', () => {
    starts({ entry: './dangerousRunner.ts', maxThreads: 1, maxQueue: 5 });

    it('refuses calls beyond its queue, of which one model gets at most half', async () => {
      const [busy, other, third] = await Promise.all([1, 2, 3].map(() => writeClassifier(tinyClassifier())));
      const first = ask(hub, busy!, { task, inputs: 'slow' });
      await until('a call runs', () => hub.stats().running === 1);
      const waiting = [busy!, busy!].map((folder) => ask(hub, folder, { task, inputs: 'good' }));
      await assert.rejects(ask(hub, busy!, { task, inputs: 'good' }), code('QUEUE_FULL'));
      waiting.push(...[other!, other!, third!].map((folder) => ask(hub, folder, { task, inputs: 'good' })));
      await assert.rejects(ask(hub, third!, { task, inputs: 'good' }), code('QUEUE_FULL'));
      await Promise.all([first, ...waiting]);
    });
  });

  describe('of models that end it', () => {
    starts({ entry: './dangerousRunner.ts' });

    it('quarantines a model that ends its runner, and asks the other calls again', async () => {
      const good = await writeClassifier(tinyClassifier());
      const bad = await writeClassifier(tinyClassifier());
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
  });
});

function labels(output: unknown): string[] {
  return (output as { label: string }[][])[0]!.map(({ label }) => label);
}
