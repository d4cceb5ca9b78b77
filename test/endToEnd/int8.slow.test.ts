import assert from 'node:assert/strict';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../../config/projectRoot.js';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { WebClient } from '../support/webClient.js';

const model = path.join(projectRoot, 'test', 'fixtures', 'models', 'cross-encoder');
const modelFiles = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
const card = '---\npipeline_tag: text-classification\n---\n# scores\n';
const question = { inputs: 'How far is it to the coast?' };
const notKept = { 'x-use-cache': 'false' };

interface Answered {
  readonly type: string | null;
  readonly accuracy: string | null;
  readonly score: number;
}

describe('int8', function () {
  this.timeout(120_000);
  let hub: RealHub;
  let owner: WebClient;

  async function start(flags: Readonly<Record<string, string>>): Promise<void> {
    hub = await startRealHub(flags, { int8Entry: new URL('./int8Search.ts', import.meta.url) });
    owner = new WebClient(hub.url);
    await owner.logIn('admin');
    await put('speed', '1.5');
  }

  async function push(name: string): Promise<void> {
    const copy = await hub.workingCopy({ 'README.md': card });
    for (const file of modelFiles) await cp(path.join(model, file), path.join(copy, file));
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  }

  const at = (...names: string[]) => path.join(hub.folder, 'data', ...names);
  const put = (name: string, content: string) => writeFile(at(name), content);

  async function ask(name: string, parameters: object = {}, headers: Record<string, string> = {}): Promise<Answered> {
    const response = await fetch(`${hub.url}/models/admin/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ ...question, parameters: { function_to_apply: 'none', ...parameters } }),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const [type, accuracy] = ['x-compute-type', 'x-model-accuracy'].map((header) => response.headers.get(header));
    const [first] = (JSON.parse(text) as { score: number }[]).flat();
    return { type: type!, accuracy: accuracy ?? null, score: first!.score };
  }

  const askAnew = (name: string, parameters: object = {}) => ask(name, parameters, notKept);
  const page = async (name: string) => (await fetch(`${hub.url}/admin/${name}`)).text();
  const json = async (address: string) => JSON.stringify(await (await fetch(hub.url + address)).json());

  async function save(name: string, int8: string): Promise<void> {
    const saved = await owner.submit(`/admin/${name}/settings`, { do: 'int8', int8 });
    assert.equal(saved.status, 303, saved.text);
  }

  async function int8Files(): Promise<readonly string[]> {
    return (await readdir(at('snapshots'), { recursive: true })).filter((name) => name.includes('.int8-')).sort();
  }

  async function until<T>(look: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await look();
      if (isThere(value)) return value;
      await wait(50);
    }
  }
  const untilPage = (name: string, pattern: RegExp) =>
    until(
      () => page(name),
      (text) => pattern.test(text),
    );
  const untilInt8 = (name: string) =>
    until(
      () => askAnew(name),
      ({ type }) => type === 'cpu+compiled-int8',
    );

  describe('where an owner wants it', () => {
    // One thread: measuring while the test asks would bring the model to a second, and both would be counted.
    before(() => start({ '--inference-int8-cosine': '0.9', '--inference-threads': '1' }));
    after(() => hub.close());

    it('takes the place of float32 once it is found, says what it reached, and goes when it is not wanted', async () => {
      await push('scores');
      const exact = await askAnew('scores');
      assert.deepEqual([exact.type, exact.accuracy], ['cpu+compiled', null]);
      assert.doesNotMatch(await page('scores'), /int8/);
      await save('scores', 'on');
      assert.match(await page('scores'), /<dt>int8<\/dt><dd>not yet/);
      const int8 = await untilInt8('scores');
      assert.match(int8.accuracy ?? '', /^int8; cosine=0\.\d{5}; texts=21; speedup=1\.50$/);
      assert.notEqual(int8.score, exact.score);
      assert.ok(Math.abs(int8.score - exact.score) < 0.1 * Math.max(1, Math.abs(exact.score)));
      const shown = await page('scores');
      assert.match(shown, /<dd>a graph compiled from its weights, in int8<\/dd>/);
      assert.match(shown, /<dt>int8<\/dt><dd>1\.50 times as fast as float32; cosine 0\.\d{4} or more/);
      assert.match(
        await json('/status/admin/scores'),
        /"compute_type":"cpu\+compiled-int8","accuracy":{"cosine":0\.\d+,"speedup":1\.5}/,
      );

      const held = () => hub.hub.services.inference.stats().models.find((one) => one.model === 'admin/scores');
      await until(
        async () => held()?.threads,
        (threads) => threads === 1,
      );

      await ask('scores');
      assert.deepEqual(await ask('scores'), { ...int8, type: 'cache' }, 'an answer that was kept is labelled too');
      assert.deepEqual(await askAnew('scores', { graph: 'compiled' }), exact, 'a caller may ask for float32');
      assert.deepEqual(await askAnew('scores', { graph: 'compiled-int8' }), int8);

      await save('scores', 'off');
      assert.deepEqual(await askAnew('scores'), exact);
      assert.equal((await ask('scores')).score, exact.score, 'answers in int8 are not kept for float32');
      assert.doesNotMatch(await page('scores'), /int8/);

      await put('speed', '1');
      await save('scores', 'on');
      assert.deepEqual(await askAnew('scores'), int8, 'what was found is known');
      await hub.restart();
      assert.deepEqual(await askAnew('scores'), int8, 'after a restart too');
      await put('speed', '1.5');
    });

    it('answers raw tensors in float32: nobody compared batches of a caller', async () => {
      assert.equal((await askAnew('scores')).type, 'cpu+compiled-int8');
      const { inputs } = JSON.parse(await json('/v2/models/admin/scores')) as { inputs: { name: string }[] };
      const tensors = inputs.map(({ name }) => ({ name, datatype: 'INT64', shape: [2, 3], data: [1, 1, 1, 1, 1, 1] }));
      const response = await fetch(`${hub.url}/v2/models/admin/scores/infer`, {
        method: 'POST',
        body: JSON.stringify({ inputs: tensors }),
      });
      assert.equal(response.status, 200, await response.text());
      const { headers } = response;
      assert.deepEqual([headers.get('x-compute-type'), headers.get('x-model-accuracy')], ['cpu+compiled', null]);
    });

    it('is not used where it gains less than a tenth', async () => {
      await push('slow');
      await put('speed', '1.05');
      await save('slow', 'on');
      const found = await int8Files();
      await askAnew('slow');
      await untilPage('slow', /<dd>not used: it is only 1\.05 times as fast<\/dd>/);
      assert.equal((await askAnew('slow')).type, 'cpu+compiled');
      assert.deepEqual(await int8Files(), found);
      await put('speed', '1.5');
    });

    it('leaves nothing of a search that died, and searches again when its owner says so', async () => {
      await push('dies');
      await put('dies', '');
      await save('dies', 'on');
      const found = await int8Files();
      await askAnew('dies');
      await untilPage('dies', /<dd>not used: its search ended by SIGKILL/);
      assert.deepEqual(await int8Files(), found);
      await rm(at('dies'));
      await save('dies', 'on');
      await untilInt8('dies');
    });

    it('leaves nothing of a search that the hub ended, nor of one that ended with the hub', async () => {
      await push('hangs');
      await put('hangs', '');
      await save('hangs', 'on');
      const found = await int8Files();
      await askAnew('hangs');
      const half = await until(int8Files, (names) => names.length > found.length + 3);
      await rm(at('hangs'));
      await hub.restart();
      assert.deepEqual(await int8Files(), found);
      await untilInt8('hangs');
      const kept = await int8Files();
      const left = half.find((name) => !found.includes(name))!;
      await writeFile(at('snapshots', left), 'left by a hub that was killed');
      await hub.restart();
      await until(int8Files, (names) => !names.includes(left));
      assert.deepEqual(await int8Files(), kept);
      assert.equal((await askAnew('hangs')).type, 'cpu+compiled-int8');
    });

    it('gives way to float32 when its graph can no longer be opened', async () => {
      assert.equal((await askAnew('scores')).type, 'cpu+compiled-int8');
      const graphs = (await int8Files()).filter((name) => name.endsWith('.onnx'));
      for (const name of graphs) await writeFile(at('snapshots', name), 'none');
      await hub.restart();
      const { type, accuracy } = await askAnew('scores');
      assert.deepEqual([type, accuracy], ['cpu+compiled', null]);
      assert.match(await page('scores'), /<dd>not used: its int8 graph failed: /);
    });
  });

  describe('where the hub wants it', () => {
    before(() => start({ '--inference-int8': 'true', '--inference-int8-cosine': '1' }));
    after(() => hub.close());

    it('is not used when no graph is close enough, and not searched for again', async () => {
      await push('strict');
      await askAnew('strict');
      await untilPage('strict', /<dd>not used: no plan holds the cosine 1 and the same highest scores<\/dd>/);
      assert.equal((await askAnew('strict')).type, 'cpu+compiled');
      assert.deepEqual(await int8Files(), []);
      await put('dies', 'it would, if it searched');
      await hub.restart();
      assert.equal((await askAnew('strict')).type, 'cpu+compiled');
      assert.match(await page('strict'), /<dd>not used: no plan/);
    });

    it('is not used for a model whose owner does not want it', async () => {
      await save('strict', 'off');
      assert.doesNotMatch(await page('strict'), /int8/);
    });
  });
});
