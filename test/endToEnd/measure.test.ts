import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { perform } from '../../server/commands/index.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');
const card = `---
pipeline_tag: token-classification
widget:
  - text: Anna lives in Oslo
    output:
      - label: B-PER
        score: 0.5
---
# measured
`;

describe('a model that was pushed', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-measure': 'true' });
    const copy = await hub.workingCopy({ 'README.md': card });
    await cp(path.join(fixtures, 'checkpoints', 'bert-ner'), copy, { recursive: true });
    await cp(path.join(fixtures, 'models', 'bert-ner', 'tokenizer.json'), path.join(copy, 'tokenizer.json'));
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/measured`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  });
  after(() => hub.close());

  const page = async (address: string) => (await fetch(hub.url + address)).text();

  it('is run once by itself: its page shows how long it takes here, that its graph was checked, and what the card quotes', async () => {
    let text = '';
    await until('the page shows no measurement', async () => {
      text = await page('/admin/measured');
      return /<dt>A call<\/dt>/.test(text) && /equal to a second forward pass in all layers/.test(text);
    });
    assert.match(text, /<dt>Answers of the card<\/dt>/);
    assert.match(await page('/status/admin/measured'), /"verification":"equal to a second forward pass in all layers/);
  });

  it('is found by its speed', async () => {
    assert.match(await page('/models?sort=speed'), /admin\/measured/);
    assert.match(await page('/models?max_ms=60000'), /admin\/measured/);
    assert.doesNotMatch(await page('/models?max_ms=0.0001'), /href="\/admin\/measured"/);
    const found = (await (await fetch(`${hub.url}/api/models?max_ms=60000&sort=speed`)).json()) as { id: string }[];
    assert.deepEqual(
      found.map(({ id }) => id),
      ['admin/measured'],
    );
  });
});

/** Models whose cards have no example, and what their pages then show beside the time of a call. */
const kinds: readonly {
  name: string;
  task: string;
  from: readonly string[];
  processor?: string;
  shows?: RegExp;
  hides?: RegExp;
}[] = [
  { name: 'pictures', task: 'image-classification', from: ['checkpoints/vit-imgcls'], processor: 'ViTImageProcessor' },
  { name: 'questions', task: 'visual-question-answering', from: ['imageModels/questions'] },
  { name: 'sounds', task: 'audio-classification', from: ['soundModels/wav2vec2-classes'] },
  {
    name: 'speech',
    task: 'text-to-speech',
    from: ['soundModels/vits-one'],
    shows: /<dt>Sound a second<\/dt><dd>[\d.]+ s/,
    hides: /Tokens a second/,
  },
  { name: 'rows', task: 'tabular-classification', from: ['tabular/classes.onnx'] },
];

describe('models of images, sounds and tables', function () {
  this.timeout(180_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--inference-measure': 'true' });
    for (const { name, task, from, processor } of kinds) {
      const copy = await hub.workingCopy({ 'README.md': `---\npipeline_tag: ${task}\n---\n` });
      for (const place of from) {
        const isFile = place.endsWith('.onnx');
        await cp(path.join(fixtures, place), isFile ? path.join(copy, 'model.onnx') : copy, { recursive: !isFile });
      }
      const settings = JSON.stringify({ image_processor_type: processor, size: { height: 20, width: 20 } });
      if (processor) await writeFile(path.join(copy, 'preprocessor_config.json'), settings);
      await git(copy, 'add', '--all');
      await git(copy, 'commit', '--quiet', '--message=model');
      const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
      assert.equal(pushed.code, 0, pushed.text);
    }
  });
  after(() => hub.close());

  for (const { name, task, shows, hides } of kinds) {
    it(`are measured with an example of the hub: ${task}`, async () => {
      let page = '';
      await until('the page shows no measurement', async () => {
        page = await (await fetch(`${hub.url}/admin/${name}`)).text();
        return /<dt>A call<\/dt>/.test(page);
      });
      assert.match(page, /<dt>Memory<\/dt>/);
      if (shows) assert.match(page, shows);
      if (hides) assert.doesNotMatch(page, hides);
    });
  }
});

describe('a model that compiles and does not run', function () {
  this.timeout(180_000);
  let hub: RealHub;
  let copy: string;
  const reason = /numbers that are none \(NaN\)/;
  before(async () => {
    hub = await startRealHub({ '--inference-measure': 'true' });
    copy = await hub.workingCopy({ 'README.md': '---\npipeline_tag: token-classification\n---\n' });
    await cp(path.join(fixtures, 'checkpoints', 'bert-ner'), copy, { recursive: true });
    await cp(path.join(fixtures, 'models', 'bert-ner', 'tokenizer.json'), path.join(copy, 'tokenizer.json'));
  });
  after(() => hub.close());

  const weights = () => path.join(copy, 'model.safetensors');

  async function push(): Promise<string> {
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=a model');
    return remoteLines((await git(copy, 'push', `${hub.remote}/admin/none`, 'main')).text);
  }

  const status = async () =>
    (await (await fetch(`${hub.url}/status/admin/none`)).json()) as { state: string; reason?: string };
  const refused = () => until('the model is not refused', async () => (await status()).state === 'Unavailable');

  async function assertRefused(): Promise<void> {
    assert.match((await status()).reason ?? '', reason);
    assert.match(await (await fetch(`${hub.url}/admin/none`)).text(), reason);
    const { data } = (await (await fetch(`${hub.url}/v1/models`)).json()) as { data: unknown[] };
    assert.deepEqual(data, []);
    const readiness = (await (await fetch(`${hub.url}/v2/models/admin/none/ready`)).json()) as Record<string, unknown>;
    assert.equal(readiness.ready, false);
    assert.match(String(readiness.error), reason);
    const row = (name: string) => ({ name, shape: [1, 2], datatype: 'INT64', data: [1, 1] });
    const inputs = ['input_ids', 'attention_mask', 'token_type_ids'].map(row);
    const address = `${hub.url}/v2/models/admin/none/infer`;
    const tensors = await fetch(address, { method: 'POST', body: JSON.stringify({ inputs }) });
    assert.equal(tensors.status, 400);
    assert.match(await tensors.text(), reason);
  }

  it('is called so after its measurement, after a restart, and by an index that is built anew', async () => {
    const bytes = await readFile(weights());
    bytes.fill(0xff, 8 + Number(bytes.readBigUInt64LE(0)));
    await writeFile(weights(), bytes);
    assert.match(await push(), /^Compiles {3}yes$/m);
    await refused();
    await assertRefused();
    await hub.restart();
    await assertRefused();
    const { index, indexer } = hub.hub.services;
    index.remove({ kind: 'model', owner: 'admin', name: 'none' });
    await indexer.reconcile();
    await assertRefused();
  });

  it('is still called so when only its card changes, and is tried again by a reindex', async () => {
    await writeFile(path.join(copy, 'README.md'), '---\npipeline_tag: token-classification\nlicense: mit\n---\n');
    assert.match(
      (await push()).replace(/\s+/g, ' '),
      /Widget not available: its graph gives numbers that are none \(NaN\)/,
    );
    await assertRefused();
    await perform(hub.hub.services, 'reindex', {});
    assert.equal((await status()).state === 'Unavailable', false);
    await refused();
    await assertRefused();
  });

  it('runs when other weights are pushed', async () => {
    await cp(path.join(fixtures, 'checkpoints', 'bert-ner', 'model.safetensors'), weights());
    assert.match(await push(), /^Widget {5}ready$/m);
    await until('the page shows no measurement', async () =>
      /<dt>A call<\/dt>/.test(await (await fetch(`${hub.url}/admin/none`)).text()),
    );
    assert.notEqual((await status()).state, 'Unavailable');
  });
});
