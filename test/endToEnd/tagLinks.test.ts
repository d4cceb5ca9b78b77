import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

/** Tags of two tasks, names that other fields use, numbers as keys, commas, quotes and a language that is none. */
const model = {
  'README.md': `---
language: [fr, zh-CN]
license: [mit, "my own"]
datasets: [glue, "acme/a, b"]
metrics: [f1, my metric]
tags: [summarization, fill-mask, pytorch, "dataset:squad", "license:isc", "a, b", 'c\\,d', '100% "new" 🙂', other, conversational]
base_model: acme/base
---
See https://arxiv.org/abs/2103.00020
`,
  'config.json':
    '{"model_type": "t5", "architectures": ["T5ForConditionalGeneration"], "task_specific_params": {"z": {}, "10": {}, "2": {}, "translation_en_to_de": {}}}',
};
const dataset = {
  'README.md': `---
language: [fr, zz-top]
license: cc-by-4.0
task_categories: [translation]
size_categories: ["1K<n<10K"]
tags: [translation, text]
---
# Sentences
`,
};

describe('every tag leads to a list that holds its repository', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub();
    for (const [address, files] of [
      ['admin/many', model],
      ['datasets/admin/many', dataset],
    ] as const) {
      const copy = await hub.workingCopy(files);
      const { code, text } = await git(copy, 'push', `${hub.remote}/${address}`, 'main');
      assert.equal(code, 0, text);
      // Another one beside it, so that a list of everything is told from the right one.
      const bare = await hub.workingCopy({ 'notes.txt': address });
      assert.equal((await git(bare, 'push', `${hub.remote}/${address}-bare`, 'main')).code, 0);
    }
  });
  after(() => hub.close());

  const read = async (path: string): Promise<string> => {
    const response = await fetch(hub.url + path);
    assert.equal(response.status, 200, path);
    return response.text();
  };
  const tagsOf = async (api: string): Promise<readonly string[]> =>
    (JSON.parse(await read(`${api}/admin/many`)) as { tags: string[] }).tags;

  for (const [api, page, list] of [
    ['/api/models', '/admin/many', '/models?'],
    ['/api/datasets', '/datasets/admin/many', '/datasets?'],
  ] as const) {
    it(`from the page ${page}`, async () => {
      const links = [...(await read(page)).matchAll(/ href="([^"]+)"/g)].map((match) =>
        match[1]!.replaceAll('&amp;', '&'),
      );
      const lists = [...new Set(links.filter((link) => link.startsWith(list)))];
      assert.equal(lists.length, (await tagsOf(api)).length);
      for (const link of lists) {
        const html = await read(link);
        assert.ok(html.includes(`href="${page}"`), `${link} does not hold it`);
        assert.ok(!html.includes(`href="${page}-bare"`), `${link} holds everything`);
      }
    });

    it(`from the filter of ${api}`, async () => {
      for (const tag of await tagsOf(api)) {
        const filter = encodeURIComponent(tag.replaceAll(',', '\\,'));
        const found = JSON.parse(await read(`${api}?filter=${filter}`)) as { id: string }[];
        assert.deepEqual(
          found.map(({ id }) => id),
          ['admin/many'],
          tag,
        );
      }
    });
  }

  it('the tags of task_specific_params stand in the order of the file', async () => {
    const pipelines = (await tagsOf('/api/models')).filter((tag) => tag.startsWith('pipeline:'));
    assert.deepEqual(pipelines, ['pipeline:z', 'pipeline:10', 'pipeline:2', 'pipeline:translation_en_to_de']);
  });

  it('the page for programs has the rows of the page for people', async () => {
    const page = JSON.parse(await read('/models-json?dataset=dataset:glue&full=true'));
    assert.deepEqual(
      page.models.map(({ id, author, repoType }: Record<string, string>) => [id, author, repoType]),
      [['admin/many', 'admin', 'model']],
    );
    const { numItemsPerPage, numTotalItems, pageIndex } = page;
    assert.deepEqual(
      { numItemsPerPage, numTotalItems, pageIndex },
      { numItemsPerPage: 30, numTotalItems: 1, pageIndex: 0 },
    );
    assert.deepEqual(JSON.parse(await read('/models-json?dataset=glue&p=1')), { ...page, models: [], pageIndex: 1 });
  });

  it('and an address that says something odd gets an answer all the same', async () => {
    for (const odd of ['constructor=x', '__proto__=y', 'limit=-3', 'p=-1', 'other=%00']) {
      await read(`/api/models?${odd}`);
      await read(`/models?${odd}`);
    }
    for (const odd of ['sort=toString', 'limit=1.5']) await read(`/models?${odd}`);
  });
});
