import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import {
  customClassifier,
  endlessClassifier,
  externalClassifier,
  fixedClassifier,
  functionClassifier,
  nanClassifier,
  tinyClassifier,
} from '../inference/onnxGraph.js';
import { writeClassifier } from '../inference/tinyModels.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';
import { WebClient } from '../support/webClient.js';

const ner = path.join(projectRoot, 'test', 'fixtures', 'models', 'bert-ner');
const card = '---\npipeline_tag: text-classification\n---\n# endless\n';

describe('the inference doors of a hub', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-deadline-seconds': '1' });
    await push('bert-ner', ner);
  });
  after(() => hub.close());

  async function push(name: string, folder: string, extra: Readonly<Record<string, string>> = {}): Promise<string> {
    const copy = await hub.workingCopy({ 'notes.txt': name, ...extra });
    await cp(folder, copy, { recursive: true, filter: (file) => path.basename(file) !== '.gitattributes' });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    return pushed.text;
  }

  const ask = (name: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(`${hub.url}/models/admin/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const state = async (name: string): Promise<string> =>
    ((await (await fetch(`${hub.url}/status/admin/${name}`)).json()) as { state: string }).state;

  const listed = async (): Promise<readonly string[]> =>
    ((await (await fetch(`${hub.url}/v1/models`)).json()) as { data: { id: string }[] }).data.map(({ id }) => id);

  /** What a list of models says of one. */
  async function rowIn(list: string, name: string): Promise<string> {
    const page = await (await fetch(hub.url + list)).text();
    const row = page.split('<article').find((part) => part.includes(`"/admin/${name}"`));
    return row ?? assert.fail(`${list} does not list ${name}`);
  }

  it('answers a page that only looks with "not loaded yet", and loads nothing', async () => {
    const looked = await ask('bert-ner', { inputs: 'Ada lives in Paris' }, { 'x-load-model': '0' });
    assert.equal(looked.status, 200);
    assert.deepEqual(await looked.json(), { error: 'not loaded yet' });
    assert.equal(await state('bert-ner'), 'Loadable');
  });

  it('says of each model whether it can be asked, and which it is, as a server of that model alone', async () => {
    const copy = await hub.workingCopy({ 'README.md': '# Words\n' });
    await git(copy, 'push', `${hub.remote}/admin/words-only`, 'main');
    const look = async (address: string) => {
      const answer = await fetch(hub.url + address);
      return [answer.status, await answer.json()] as const;
    };
    assert.deepEqual(await look('/models/admin/bert-ner/health'), [200, { status: 'ok' }]);
    assert.deepEqual(await look('/models/admin/bert-ner@main/health'), [200, { status: 'ok' }]);
    assert.equal((await look('/models/admin/words-only/health'))[0], 400);
    assert.equal((await look('/models/admin/nothing/health'))[0], 401);
    const [, info] = await look('/models/admin/bert-ner/info');
    const { model_sha, version, ...named } = info as Record<string, unknown>;
    assert.match(String(model_sha), /^[0-9a-f]{40}$/);
    assert.match(String(version), /^\d/);
    assert.deepEqual(named, { model_id: 'admin/bert-ner', model_pipeline_tag: 'token-classification' });
  });

  it('tells a caller who will not wait how long it takes, and begins the load', async () => {
    const refused = await ask('bert-ner', { inputs: 'Ada', options: { wait_for_model: false } });
    assert.equal(refused.status, 503);
    const body = (await refused.json()) as { error: string; estimated_time: number };
    assert.match(body.error, /admin\/bert-ner is currently loading/);
    assert.ok(body.estimated_time > 0);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    await until('it is not loaded', async () => (await state('bert-ner')) === 'Loaded');
    assert.equal((await ask('bert-ner', { inputs: 'Ada' }, { 'x-wait-for-model': 'false' })).status, 200);
  });

  it('answers the same question from memory, unless asked not to', async () => {
    const question = { inputs: 'Grace Hopper lived in New York' };
    const first = await ask('bert-ner', question);
    assert.ok(Number(first.headers.get('x-compute-time')) > 0);
    const second = await ask('bert-ner', question);
    assert.equal(second.headers.get('x-compute-time'), null);
    assert.equal(second.headers.get('x-compute-type'), 'cache');
    assert.deepEqual(await second.json(), await first.json());
    for (const fresh of [
      await ask('bert-ner', question, { 'x-use-cache': 'false' }),
      await ask('bert-ner', { ...question, options: { use_cache: false } }),
      await ask('bert-ner', { ...question, parameters: { aggregation_strategy: 'none' } }),
    ]) {
      assert.match(fresh.headers.get('x-compute-type') ?? '', /^cpu\+/);
    }
  });

  it('runs the graph that is asked for, and says which there are', async () => {
    const withGraph = (graph: unknown) => ask('bert-ner', { inputs: 'Ada', parameters: { graph } });
    for (const graph of ['fp32', null, ''])
      assert.match((await withGraph(graph)).headers.get('x-compute-type') ?? '', /fp32|cache/);
    for (const [graph, reason] of [
      ['int8', /has no graph "int8"; it has /],
      [7, /parameters\.graph: takes the path or the kind/],
    ] as const) {
      const refused = await withGraph(graph);
      assert.equal(refused.status, 400);
      assert.match(((await refused.json()) as { error: string }).error, reason);
    }
  });

  it('says of a graph that can never run why, and does not call its widget ready', async () => {
    const rows = [
      [
        'outside',
        externalClassifier('../../secret.bin'),
        /external data "\.\.\/\.\.\/secret\.bin": it leaves the folder/,
      ],
      ['library', customClassifier(), /operators of "com\.example\.ops", which this hub never loads/],
    ] as const;
    for (const [name, graph, reason] of rows) {
      const report = await push(name, await writeClassifier(graph), { 'README.md': card });
      assert.doesNotMatch(report, /widget[^\n]*ready/i);
      assert.match(report.replaceAll(/\s+(remote:\s+)?/g, ' '), reason);
      const refused = await ask(name, { inputs: 'good' });
      assert.equal(refused.status, 400);
      assert.match(((await refused.json()) as { error: string }).error, reason);
    }
  });

  it('runs operators that functions of the file define', async () => {
    const report = await push('functions', await writeClassifier(functionClassifier()), { 'README.md': card });
    assert.match(report, /Widget +ready/i);
    let answered = await ask('functions', { inputs: 'good' });
    for (let turn = 0; turn < 10 && answered.status === 504; turn += 1)
      answered = await ask('functions', { inputs: 'good' });
    assert.equal(answered.status, 200);
  });

  it('fills texts up for a graph of one length that has a mask, and tells the length to callers of one that has none', async () => {
    for (const hasMask of [true, false]) {
      const folder = await writeClassifier(fixedClassifier(8, { hasMask }));
      await push(hasMask ? 'fixed-masked' : 'fixed', folder, { 'README.md': card });
    }
    const good = async (name: string, inputs: string) => {
      let answered = await ask(name, { inputs });
      for (let turn = 0; turn < 10 && answered.status === 504; turn += 1) answered = await ask(name, { inputs });
      return answered;
    };
    const free = await writeClassifier(tinyClassifier());
    await push('free', free, { 'README.md': card });
    const answered = await good('fixed-masked', 'good bad film');
    assert.equal(answered.status, 200);
    assert.deepEqual(await answered.json(), await (await good('free', 'good bad film')).json());
    const refused = await good('fixed', 'good bad film');
    assert.equal(refused.status, 400);
    const { error } = (await refused.json()) as { error: string };
    assert.match(error, /its graph takes input_ids of the sizes \[1, 8\]; given is \[1, 5\]/);
    assert.equal((await good('fixed', 'good bad film good bad film')).status, 200);
    // Cut at the length, as texts are that are longer than a model reads.
    assert.equal((await good('fixed-masked', 'good bad film good bad film good')).status, 200);
  });

  it('gives numbers that are none as bytes only, and is ready for who asks for those', async () => {
    await push('nan', await writeClassifier(nanClassifier()), { 'README.md': card });
    assert.equal((await fetch(`${hub.url}/v2/models/admin/nan/ready`)).status, 200);
    const inputs = [{ name: 'input_ids', shape: [1, 2], datatype: 'INT64', data: [1, 2] }];
    const infer = async (parameters: object) => {
      const question = { method: 'POST', body: JSON.stringify({ inputs, parameters }) };
      let answered = await fetch(`${hub.url}/v2/models/admin/nan/infer`, question);
      for (let turn = 0; turn < 10 && answered.status === 504; turn += 1)
        answered = await fetch(`${hub.url}/v2/models/admin/nan/infer`, question);
      return answered;
    };
    const refused = await infer({});
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /the output logits holds numbers that JSON has not .*ask for binary data/);
    const answered = await infer({ binary_data_output: true });
    assert.equal(answered.status, 200);
    const bytes = Buffer.from(await answered.arrayBuffer());
    assert.deepEqual([bytes.readFloatLE(bytes.length - 8), bytes.readFloatLE(bytes.length - 4)], [3, Number.NaN]);
  });

  it('quarantines a model that hangs twice, says so on its page and after a restart, and lets its owner release it', async () => {
    const folder = await writeClassifier(endlessClassifier());
    await push('endless', folder, { 'README.md': card });
    const deadlines: number[] = [];
    let refused = await ask('endless', { inputs: 'good' });
    // A call that was still waiting when its time was up says nothing about the model: a busy machine needs more than two.
    while (refused.status === 504 && deadlines.length < 10) {
      deadlines.push(refused.status);
      refused = await ask('endless', { inputs: 'good' });
    }
    assert.ok(deadlines.length >= 2, `${deadlines.length}`);
    assert.equal(refused.status, 403);
    assert.match(
      ((await refused.json()) as { error: string }).error,
      /quarantined: it gave no answer within 1 s, twice/,
    );
    assert.equal(await state('endless'), 'Quarantined');
    const page = await (await fetch(`${hub.url}/admin/endless`)).text();
    assert.match(page, /it is quarantined: it gave no answer within 1 s, twice/);
    assert.ok(!(await listed()).includes('admin/endless'));
    for (const list of ['/models', '/admin']) {
      assert.match(await rowIn(list, 'bert-ner'), /widget ready/);
      assert.doesNotMatch(await rowIn(list, 'endless'), /widget ready/);
    }
    const warm = async (): Promise<readonly string[]> => {
      const ids = async (path: string) => {
        const said = (await (await fetch(hub.url + path)).json()) as { id: string }[] | { models: { id: string }[] };
        return ('models' in said ? said.models : said).map(({ id }) => id);
      };
      const models = await ids('/api/models?inference=warm');
      assert.deepEqual(await ids('/models-json?inference=loaded'), models);
      return models;
    };
    assert.ok((await warm()).includes('admin/bert-ner'));
    assert.ok(!(await warm()).includes('admin/endless'));
    const ready = await fetch(`${hub.url}/v2/models/admin/endless/ready`);
    assert.equal(((await ready.json()) as { ready: boolean }).ready, false);

    await hub.restart();
    assert.equal(await state('endless'), 'Quarantined');
    const browser = new WebClient(hub.url);
    await browser.logIn('admin');
    assert.equal((await browser.submit('/admin/endless/settings', { do: 'release' })).status, 303);
    assert.ok((await warm()).includes('admin/endless'));
    assert.equal(await state('endless'), 'Loadable');
    await browser.submit('/admin/endless/settings', { do: 'rest' });
    assert.ok(!(await warm()).includes('admin/endless'));
    let answered = await ask('bert-ner', { inputs: 'Ada' });
    for (let turn = 0; turn < 10 && answered.status === 504; turn += 1)
      answered = await ask('bert-ner', { inputs: 'Ada' });
    assert.equal(answered.status, 200);
  });
});

describe('a model that is larger than the whole budget', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-memory-bytes': '4MB' });
  });
  after(() => hub.close());

  it('is called so wherever somebody looks, with what it needs and what there is', async () => {
    const copy = await hub.workingCopy({ 'notes.txt': 'large' });
    await cp(ner, copy, { recursive: true, filter: (file) => path.basename(file) !== '.gitattributes' });
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/large`, 'main');
    assert.equal(pushed.code, 0);
    const tooLarge =
      /it is too large for this hub: it needs [\d.]+ MB, the budget is [\d.]+ MB \(inference\.memoryBytes\)/;
    assert.match(remoteLines(pushed.text).replace(/\s+/g, ' '), tooLarge);
    for (const list of ['/', '/models', '/admin'])
      assert.doesNotMatch(await (await fetch(hub.url + list)).text(), /widget ready/);
    assert.match(
      await (await fetch(`${hub.url}/models?inference=warm`)).text(),
      /Nothing matches[\s\S]*Whether their widget/,
    );
    const json = async (door: string) =>
      (await (await fetch(`${hub.url}${door}`)).json()) as Readonly<Record<string, unknown>>;
    const status = await json('/status/admin/large');
    assert.equal(status.state, 'Unavailable');
    assert.match(String(status.reason), tooLarge);
    assert.deepEqual((await json('/v1/models')).data, []);
    const { ready, error } = await json('/v2/models/admin/large/ready');
    assert.equal(ready, false);
    assert.match(String(error), tooLarge);
    assert.match(await (await fetch(`${hub.url}/admin/large`)).text(), tooLarge);
    const refused = await fetch(`${hub.url}/models/admin/large`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: 'Ada' }),
    });
    assert.equal(refused.status, 413);
  });
});
