import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { perform } from '../../server/commands/index.js';
import { git, type RealHub, remoteLines, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';
import { WebClient } from '../support/webClient.js';

const fixtures = path.join(projectRoot, 'test', 'fixtures');

/** Something wrong with a checkpoint, and what its pusher must read of it. */
interface Broken {
  readonly name: string;
  readonly what: string;
  readonly spoil: (copy: string) => Promise<void>;
  readonly reason: RegExp;
}

async function changeConfig(copy: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const file = path.join(copy, 'config.json');
  const config = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...config, ...changes }));
}

/** A pickle that would call `print` when Python's own reader opened it. */
const callingPickle = Buffer.from('\x80\x02cbuiltins\nprint\nX\x02\x00\x00\x00hi\x85R.', 'latin1');

const broken: readonly Broken[] = [
  {
    name: 'unknown-value',
    what: 'a value in config.json that is not understood',
    spoil: (copy) => changeConfig(copy, { hidden_act: 'unheard' }),
    reason: /config\.json says "unheard" for hidden_act; understood is/,
  },
  {
    name: 'misshaped',
    what: 'a tensor of another shape than config.json says',
    spoil: (copy) => changeConfig(copy, { intermediate_size: 48 }),
    reason: /the tensor bert\.encoder\.layer\.0\.intermediate\.dense\.weight has the shape/,
  },
  {
    name: 'missing',
    what: 'fewer layers than config.json says',
    spoil: (copy) => changeConfig(copy, { num_hidden_layers: 9 }),
    reason: /the tensor bert\.encoder\.layer\.\d+\.\S+ is missing/,
  },
  {
    name: 'unused',
    what: 'tensors that have no place',
    spoil: (copy) => changeConfig(copy, { num_hidden_layers: 1 }),
    reason: /these tensors have no place in its graph: bert\.encoder\.layer\.1\./,
  },
  {
    name: 'calling-pickle',
    what: 'a pickle that calls functions',
    async spoil(copy) {
      await rm(path.join(copy, 'model.safetensors'));
      await writeFile(path.join(copy, 'pytorch_model.bin'), callingPickle);
    },
    reason: /pytorch_model\.bin/,
  },
  {
    name: 'large-vocabulary',
    what: 'a tokenizer of more words than its embedding has rows',
    spoil: (copy) => changeTokenizer(copy, { words: 50 }),
    reason: /its tokenizer knows 700 tokens, its embedding has 650 rows/,
  },
];

/** Words, and an added token behind them, that the model does not know. */
async function changeTokenizer(copy: string, { words = 0, mark }: { words?: number; mark?: string }): Promise<void> {
  const file = path.join(copy, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8')) as {
    model: { vocab: Record<string, number> };
    added_tokens: object[];
  };
  const size = Object.keys(tokenizer.model.vocab).length;
  for (let at = 0; at < words; at++) tokenizer.model.vocab[`surplus${at}`] = size + at;
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  if (mark) tokenizer.added_tokens.push({ id: size + words, content: mark, ...flags });
  await writeFile(file, JSON.stringify(tokenizer));
}

describe('a checkpoint that is pushed', function () {
  this.timeout(90_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
  });
  after(() => hub.close());

  async function checkpoint(): Promise<string> {
    const copy = await hub.workingCopy({ 'README.md': '---\npipeline_tag: token-classification\n---\n' });
    await cp(path.join(fixtures, 'checkpoints', 'bert-ner'), copy, { recursive: true });
    await cp(path.join(fixtures, 'models', 'bert-ner', 'tokenizer.json'), path.join(copy, 'tokenizer.json'));
    return copy;
  }

  async function push(copy: string, name: string): Promise<string> {
    await git(copy, 'add', '--all');
    await git(copy, 'commit', '--quiet', '--message=a model');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    return remoteLines(pushed.text);
  }

  const json = async (address: string) => (await fetch(hub.url + address)).json() as Promise<Record<string, unknown>>;
  const listed = async () =>
    ((await json('/v1/models')).data as { id: string }[]).map(({ id }) => id.replace(/^admin\//, ''));
  /** A sentence without the line ends and spaces that a terminal or a page put into it. */
  const plain = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replace(/\s+/g, ' ');

  /** What every door says of a model. */
  async function told(name: string): Promise<{ reasons: readonly string[]; isListed: boolean; ready: unknown }> {
    const status = await json(`/status/admin/${name}`);
    const readiness = await json(`/v2/models/admin/${name}/ready`);
    const page = plain(await (await fetch(`${hub.url}/admin/${name}`)).text());
    const call = await fetch(`${hub.url}/models/admin/${name}`, { method: 'POST', body: '{"inputs": "Anna"}' });
    const answer = call.ok ? '' : ((await call.json()) as { error: string }).error;
    return {
      reasons: [String(status.reason ?? ''), String(readiness.error ?? ''), page, answer],
      isListed: (await listed()).includes(name),
      ready: readiness.ready,
    };
  }

  async function assertRefused(name: string, reason: RegExp): Promise<void> {
    const { reasons, isListed, ready } = await told(name);
    for (const text of reasons) assert.match(text, reason);
    assert.equal(ready, false);
    assert.equal(isListed, false);
  }

  it('says that it compiles where it does', async () => {
    const text = await push(await checkpoint(), 'fine');
    assert.match(text, /^Compiles {3}yes$/m);
    assert.match(text, /^Widget {5}ready$/m);
    const { reasons, isListed, ready } = await told('fine');
    assert.deepEqual([reasons[0], reasons[1], reasons[3]], ['', '', '']);
    assert.deepEqual([isListed, ready], [true, true]);
  });

  for (const { name, what, spoil, reason } of broken) {
    it(`is accepted with ${what}; the report and every door say so at once`, async () => {
      const copy = await checkpoint();
      await spoil(copy);
      const text = await push(copy, name);
      assert.match(plain(text), new RegExp(`Compiles no: .*${reason.source}`));
      assert.match(
        plain(text),
        /Mend that and push again, or add onnx\/model\.onnx Widget not available: its checkpoint does not compile/,
      );
      await assertRefused(name, reason);
    });
  }

  it('is still refused after a restart, after a reindex, and with an index that is built anew', async () => {
    await hub.restart();
    for (const { name, reason } of broken) await assertRefused(name, reason);
    await perform(hub.hub.services, 'reindex', {});
    for (const { name, reason } of broken) await assertRefused(name, reason);
  });

  it('runs when it is mended and pushed again', async () => {
    const copy = await checkpoint();
    await changeConfig(copy, { hidden_act: 'unheard' });
    assert.match(await push(copy, 'mended'), /^Compiles {3}no/m);
    await changeConfig(copy, { hidden_act: 'gelu' });
    assert.match(await push(copy, 'mended'), /^Compiles {3}yes$/m);
    assert.deepEqual((await told('mended')).ready, true);
  });

  it('runs with a warning where only an added token lacks a row', async () => {
    const copy = await checkpoint();
    await changeTokenizer(copy, { mark: '<end>' });
    const text = plain(await push(copy, 'added'));
    assert.match(text, /Compiles yes Widget ready/);
    assert.match(text, /1 warning .*its tokenizer gives numbers up to 650 \("<end>"\), its embedding has 650 rows/);
    const owner = new WebClient(hub.url);
    await owner.logIn('admin');
    const page = plain((await owner.get('/admin/added')).text);
    assert.match(page, /its tokenizer gives numbers up to 650/);
    const call = (inputs: string) =>
      fetch(`${hub.url}/models/admin/added`, { method: 'POST', body: JSON.stringify({ inputs }) });
    assert.equal((await call('Anna lives in Paris')).status, 200);
    const spelled = await call('Anna <end>');
    assert.equal(spelled.status, 400);
    assert.match(await spelled.text(), /row 650 of a table of 650 rows/);
  });

  it('that no call can load is told everywhere after the first, also where nothing is measured, and after a restart', async () => {
    const copy = await checkpoint();
    await rm(path.join(copy, 'model.safetensors'));
    await cp(path.join(fixtures, 'models', 'bert-ner', 'onnx', 'model.onnx'), path.join(copy, 'model.onnx'));
    const graph = await readFile(path.join(copy, 'model.onnx'));
    await writeFile(
      path.join(copy, 'model.onnx'),
      graph.toString('latin1').replace('LayerNormalization', 'LayerNormalizatioN'),
      'latin1',
    );
    assert.match(await push(copy, 'unloadable'), /^Widget {5}ready$/m);
    const call = await fetch(`${hub.url}/models/admin/unloadable`, { method: 'POST', body: '{"inputs": "Anna"}' });
    assert.equal(call.status, 400);
    const reason = /ONNX Runtime cannot open its graph/;
    await until('the status says nothing', async () =>
      reason.test(String((await json('/status/admin/unloadable')).reason)),
    );
    await assertRefused('unloadable', reason);
    await hub.restart();
    await assertRefused('unloadable', reason);
  });

  it('that is a pushed graph is told of its vocabulary too, and still gives its tensors', async () => {
    const copy = await hub.workingCopy({ 'README.md': '---\npipeline_tag: token-classification\n---\n' });
    await cp(path.join(fixtures, 'models', 'bert-ner'), copy, { recursive: true });
    await changeTokenizer(copy, { words: 50 });
    const reason = /its tokenizer knows 700 tokens, its embedding has 650 rows/;
    assert.match(plain(await push(copy, 'pushed-graph')), new RegExp(`Widget not available: ${reason.source}`));
    const { reasons, isListed, ready } = await told('pushed-graph');
    const [status, , page, answer] = reasons;
    for (const text of [status!, page!, answer!]) assert.match(text, reason);
    assert.deepEqual([isListed, ready], [false, true]);
  });

  it('that does not compile leaves the graph that stands beside it', async () => {
    const copy = await checkpoint();
    await changeConfig(copy, { hidden_act: 'unheard' });
    const graph = path.join(fixtures, 'models', 'bert-ner', 'onnx', 'model.onnx');
    await cp(graph, path.join(copy, 'onnx', 'model_quantized.onnx'));
    const text = await push(copy, 'beside');
    assert.match(text, /^Compiles {3}no/m);
    assert.match(text, /^Widget {5}ready$/m);
    const page = plain(await (await fetch(`${hub.url}/admin/beside`)).text());
    assert.match(page, /<dt>Runs<\/dt><dd>onnx\/model_quantized\.onnx/);
    assert.match(
      page,
      /<dt>Does not run<\/dt><dd>a graph compiled from its weights: it cannot be compiled: config\.json says/,
    );
    assert.deepEqual((await told('beside')).ready, true);
  });
});
