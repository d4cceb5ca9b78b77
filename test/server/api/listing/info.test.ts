import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../../../support/realHub.js';

const card = `---
license: mit
base_model: acme/parent
language: [en, fr]
pipeline_tag: fill-mask
model-index:
- name: tiny
  results:
  - task: { type: fill-mask }
    dataset: { type: glue, name: GLUE }
    metrics: [{ type: accuracy, value: 0.5 }]
---
# Tiny
`;

/** One tensor of four 32-bit numbers. */
function safetensors(): Buffer {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [4], data_offsets: [0, 16] } }));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([size, header, Buffer.alloc(16)]);
}

describe('what the API tells of one repository', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    await push('admin/tiny', {
      'README.md': card,
      'config.json': JSON.stringify({ model_type: 'bert', architectures: ['BertForMaskedLM'], vocab_size: 3 }),
      'tokenizer_config.json': JSON.stringify({ mask_token: { content: '[M]' }, chat_template: 'x', other: 1 }),
      'vocab.txt': 'a\n',
      'model.safetensors': safetensors(),
      'evil.pkl': Buffer.from('\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.', 'latin1'),
    });
    await push('admin/child', { 'README.md': '---\nbase_model: admin/tiny\n---\n' });
    const dataset = '---\npretty_name: Rows\npaperswithcode_id: rows\n---\n# Rows\n\nSome rows of a table.\n';
    await push('datasets/admin/rows', { 'README.md': dataset, 'rows.csv': 'a,b\n1,2\n' });
    const space = '---\nsdk: gradio\nmodels: [admin/tiny, "not an id"]\ndatasets: admin/rows\n---\n';
    await push('spaces/admin/show', { 'README.md': space });
    await push('spaces/admin/hidden', { 'README.md': '---\nsdk: static\nmodels: [admin/tiny]\n---\n' });
    const { catalog, indexer } = hub.hub.services;
    const hidden = { kind: 'space', owner: 'admin', name: 'hidden' } as const;
    catalog.setPrivate(catalog.find(hidden.kind, hidden.owner, hidden.name)!.id, true);
    await indexer.reconcile();
  });
  after(() => hub?.close());

  async function push(to: string, files: Record<string, string | Buffer>): Promise<void> {
    const copy = await hub.workingCopy(files);
    const pushed = await git(copy, 'push', `${hub.remote}/${to}`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
  }

  async function info(address: string, token?: string): Promise<Record<string, unknown>> {
    const answer = await fetch(`${hub.url}/api/${address}`, {
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    return JSON.parse(text);
  }

  it('is all that the Hub tells of a model', async () => {
    const { _id, sha, createdAt, lastModified, siblings, ...rest } = await info('models/admin/tiny');
    assert.match(String(sha), /^[0-9a-f]{40}$/);
    assert.match(`${createdAt} ${lastModified}`, /^\S+Z \S+Z$/);
    assert.match(String(_id), /^[0-9a-f]{24}$/);
    assert.equal((siblings as object[]).length, 6);
    const { tags, 'model-index': index, cardData, usedStorage, trendingScore, ...told } = rest;
    assert.ok((tags as string[]).includes('license:mit'));
    assert.equal((index as object[]).length, 1);
    assert.deepEqual((cardData as { language: string[] }).language, ['en', 'fr']);
    assert.ok(Number(usedStorage) > 0);
    assert.equal(typeof trendingScore, 'number');
    assert.deepEqual(told, {
      id: 'admin/tiny',
      modelId: 'admin/tiny',
      author: 'admin',
      private: false,
      gated: false,
      disabled: false,
      likes: 0,
      downloads: 0,
      downloadsAllTime: 0,
      pipeline_tag: 'fill-mask',
      library_name: 'transformers',
      mask_token: '[M]',
      widgetData: [],
      config: {
        architectures: ['BertForMaskedLM'],
        model_type: 'bert',
        tokenizer_config: { mask_token: '[M]', chat_template: 'x' },
      },
      transformersInfo: {
        auto_model: 'AutoModelForMaskedLM',
        pipeline_tag: 'fill-mask',
        processor: 'AutoTokenizer',
      },
      safetensors: { parameters: { F32: 4 }, total: 4 },
      inferenceProviderMapping: [],
      spaces: ['admin/show'],
    });
  });

  it('has sizes and contents of files, and what pickles import, when it is asked', async () => {
    const { siblings, securityRepoStatus } = await info('models/admin/tiny?blobs=true&securityStatus=true');
    const sizes = (siblings as { rfilename: string; size: number; blobId: string }[]).map((one) => [
      one.rfilename,
      one.size,
      /^[0-9a-f]{40}$/.test(one.blobId),
    ]);
    assert.deepEqual(sizes.at(-1), ['vocab.txt', 2, true]);
    assert.deepEqual(securityRepoStatus, {
      scansDone: true,
      filesWithIssues: [{ path: 'evil.pkl', level: 'unsafe' }],
    });
  });

  it('is what is asked alone, with expand', async () => {
    const rows: readonly [address: string, expected: Record<string, unknown>][] = [
      ['models/admin/tiny?expand=baseModels&expand=likes', { baseModels: ['acme/parent'], likes: 0 }],
      ['models/admin/tiny?expand[]=childrenModelCount&expand[]=xetEnabled', { childrenModelCount: 1 }],
      [
        'models/admin/tiny/revision/HEAD?expand=gated&expand=safetensors',
        { gated: false, safetensors: { parameters: { F32: 4 }, total: 4 } },
      ],
      [
        'datasets/admin/rows?expand=description&expand=paperswithcode_id&expand=citation',
        { description: 'Some rows of a table.', paperswithcode_id: 'rows' },
      ],
      [
        'spaces/admin/show?expand=sdk&expand=models&expand=datasets&expand=runtime&expand=subdomain',
        {
          sdk: 'gradio',
          models: ['admin/tiny'],
          datasets: ['admin/rows'],
          runtime: { stage: 'STOPPED' },
          subdomain: 'admin-show',
        },
      ],
    ];
    for (const [address, expected] of rows) {
      const { _id, id, ...told } = await info(address);
      assert.deepEqual(told, expected, address);
    }
  });

  it('names private spaces to those alone who may read them', async () => {
    const { spaces } = await info('models/admin/tiny?expand=spaces', hub.token);
    assert.deepEqual((spaces as string[]).toSorted(), ['admin/hidden', 'admin/show']);
  });

  it('names the properties that can be asked, when one cannot', async () => {
    const answer = await fetch(`${hub.url}/api/datasets/admin/rows?expand=gguf`);
    assert.equal(answer.status, 400);
    assert.match(((await answer.json()) as { error: string }).error, /"gguf"; it takes author, .*mainSize/);
    assert.equal((await fetch(`${hub.url}/api/models/admin/tiny?expand=__proto__`)).status, 400);
  });

  it('is of the revision that is asked', async () => {
    const answer = await fetch(`${hub.url}/api/models/admin/tiny/revision/nope`);
    assert.deepEqual([answer.status, answer.headers.get('x-error-code')], [404, 'RevisionNotFound']);
  });
});
