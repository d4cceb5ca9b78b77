import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

type Item = Readonly<Record<string, unknown>> & { readonly id: string };

const card = (lines: string): string => `---\n${lines}\n---\n# Card\n`;

/** One tensor with so many 32-bit numbers. */
function safetensors(numbers: number): Buffer {
  const entry = { dtype: 'F32', shape: [numbers], data_offsets: [0, numbers * 4] };
  const header = Buffer.from(JSON.stringify({ w: entry }));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, header, Buffer.alloc(numbers * 4)]);
}

describe('lists of the API', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const config = JSON.stringify({ model_type: 'bert', architectures: ['BertForMaskedLM'] });
    await push('admin/one', {
      'README.md': card('license: mit\nlanguage: fr\ntags: [extra]\ngated: true'),
      'config.json': config,
      'model.safetensors': safetensors(10),
    });
    await push('admin/two-small', {
      'README.md': card('license: apache-2.0\nlibrary_name: diffusers\npipeline_tag: text-to-image'),
    });
    await push('admin/two-large', {
      'README.md': card('license: mit\nlanguage: fr'),
      'config.json': config,
      'model.safetensors': safetensors(1000),
    });
    await push('datasets/admin/rows', {
      'README.md': card('task_categories: [text-classification]'),
      'a.csv': 'a\n1\n',
    });
    await push('spaces/admin/show', { 'README.md': card('sdk: gradio\nmodels: admin/one') });
    await push('spaces/admin/other', { 'README.md': card('sdk: static') });
    const { catalog, indexer } = hub.hub.services;
    catalog.setGated(catalog.find('model', 'admin', 'one')!.id, 'auto');
    await indexer.reconcile();
  });
  after(() => hub?.close());

  async function push(to: string, files: Record<string, string | Buffer>): Promise<void> {
    const pushed = await git(await hub.workingCopy(files), 'push', `${hub.remote}/${to}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  }

  async function list(address: string): Promise<Item[]> {
    const answer = await fetch(`${hub.url}/api/${address}`);
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
  }

  const rows: readonly [address: string, names: readonly string[]][] = [
    ['models?filter=license:mit&filter=fr&sort=createdAt&direction=1', ['one', 'two-large']],
    ['models?filter=fill-mask&filter=extra', ['one']],
    ['models?filter=license:mit&filter=license:apache-2.0', []],
    ['models?author=ADMIN&search=two&sort=num_parameters', ['two-large', 'two-small']],
    ['models?search=two&search=small', ['two-small']],
    ['models?search=two%20small', ['two-small']],
    ['models?author=nobody', []],
    ['models?pipeline_tag=text-to-image', ['two-small']],
    ['models?gated=true', ['one']],
    ['models?gated=false&sort=mainSize', ['two-large', 'two-small']],
    ['models?num_parameters=min:100', ['two-large']],
    ['models?num_parameters=min:1,max:100', ['one']],
    ['models?apps=drawthings&apps=llama.cpp', ['two-small']],
    ['models?apps=llama.cpp,ollama', []],
    ['models?inference=warm', []],
    ['models?inference_provider=all', []],
    ['models?inference_provider=together', []],
    ['models?sort=num_parameters&limit=2', ['two-large', 'one']],
    ['datasets?filter=task_categories:text-classification', ['rows']],
    ['datasets?gated=true', []],
    ['spaces?models=admin/one', ['show']],
    ['spaces?models=admin/one&datasets=none/none', ['show']],
    ['spaces?datasets=admin/rows', []],
  ];
  for (const [address, names] of rows) {
    it(`of ${address} is ${names.join(', ') || 'empty'}`, async () => {
      const found = (await list(address)).map(({ id }) => id.slice('admin/'.length));
      assert.deepEqual(found, names);
    });
  }

  it('go on by the header Link, whatever they are ordered by', async () => {
    for (const sort of [
      'createdAt',
      'downloads',
      'lastModified',
      'likes',
      'trendingScore',
      'likes30d',
      'num_parameters',
      'mainSize',
      'id',
    ]) {
      const seen: string[] = [];
      let next: string | undefined = `${hub.url}/api/models?sort=${sort}&limit=1&filter=license:mit`;
      while (next) {
        const answer: Response = await fetch(next);
        seen.push(...((await answer.json()) as Item[]).map(({ id }) => id));
        next = /<(http[^>]+)>;\s+rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
      }
      assert.deepEqual(seen.toSorted(), ['admin/one', 'admin/two-large'], sort);
    }
  });

  it('tell more of each when it is asked', async () => {
    const [plain] = await list('models?search=one');
    assert.deepEqual(
      Object.keys(plain!).filter((name) => ['siblings', 'config', 'cardData'].includes(name)),
      [],
    );
    const [full] = await list('models?search=one&full=true&config=true&cardData=true');
    assert.equal((full!.siblings as object[]).length, 3);
    assert.deepEqual(full!.config, { architectures: ['BertForMaskedLM'], model_type: 'bert' });
    assert.equal((full!.cardData as Record<string, unknown>).license, 'mit');
    const [dataset] = await list('datasets?full=true');
    assert.deepEqual(dataset!.cardData, { task_categories: ['text-classification'] });
  });

  it('tell what is expanded alone', async () => {
    const [found] = await list('models?search=one&expand=gated&expand%5B%5D=safetensors');
    const { _id, ...item } = found!;
    assert.deepEqual(item, { id: 'admin/one', gated: 'auto', safetensors: { parameters: { F32: 10 }, total: 10 } });
    const [space] = await list('spaces?search=show&expand=sdk&expand=models');
    assert.deepEqual([space!.sdk, space!.models], ['gradio', ['admin/one']]);
  });

  for (const query of [
    'expand=nope',
    'sort=nope',
    'direction=up',
    'limit=x',
    'apps=nope',
    'gated=maybe',
    'full=2',
    'num_parameters=abc',
  ]) {
    it(`refuse ${query} in words`, async () => {
      const answer = await fetch(`${hub.url}/api/models?${query}`);
      assert.equal(answer.status, 400);
      assert.match(((await answer.json()) as { error: string }).error, /^[\w[\]]+ (is|does)/);
    });
  }
});
