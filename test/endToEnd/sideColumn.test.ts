import assert from 'node:assert/strict';
import { git, type RealHub, startRealHub } from '../support/realHub.js';

const results = `model-index:
- name: x
  results:
  - task: {type: text-classification}
    dataset: {name: Reviews of films, type: admin/reviews, split: test}
    metrics: [{type: accuracy, value: 0.91}]
    source: {url: 'javascript:alert(1)', name: A board}`;

describe('what stands beside a card', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const push = async (place: string, card: string): Promise<void> => {
      const copy = await hub.workingCopy({ 'README.md': card });
      const { code, text } = await git(copy, 'push', `${hub.remote}/${place}`, 'main');
      assert.equal(code, 0, text);
    };
    await push(
      'datasets/admin/reviews',
      '---\ndataset_info: {splits: [{name: train, num_examples: 1200}, {name: test, num_examples: 34}]}\n---\n# Reviews\n',
    );
    await push('admin/base', '---\ndatasets: admin/reviews\n---\n# Base\n');
    await push(
      'admin/child',
      `---\nbase_model: [admin/base]\ndatasets: [admin/reviews, imdb]\nco2_eq_emissions: {emissions: 1500, source: codecarbon}\n${results}\n---\nFrom https://arxiv.org/abs/1810.03993\n`,
    );
    await push('admin/hidden', '---\nbase_model: admin/base\ndatasets: admin/reviews\n---\n');
    const { catalog } = hub.hub.services;
    catalog.setPrivate(catalog.find('model', 'admin', 'hidden')!.id, true);
    await hub.hub.services.indexer.reconcile();
  });
  after(() => hub.close());

  const page = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
    (await fetch(hub.url + path, { headers })).text();

  it('leads from a model to what it came from, what it was trained on and how well it does', async () => {
    const html = await page('/admin/child');
    assert.match(html, /Fine-tuned from<\/dt><dd><a href="\/admin\/base"/);
    assert.match(
      html,
      /Datasets used[\s\S]*href="\/datasets\/admin\/reviews"[^>]*>admin\/reviews<[\s\S]*<span dir="auto">imdb</,
    );
    assert.match(html, /href="\/datasets\/admin\/reviews"[^>]*>Reviews of films</);
    assert.match(html, /href="\/metrics\/accuracy"[\s\S]{0,60}0\.91/);
    assert.match(html, /1\.5 kg[\s\S]*codecarbon/);
    assert.match(html, /href="https:\/\/arxiv\.org\/abs\/1810\.03993"/);
    assert.doesNotMatch(html, /javascript:alert/);
  });

  it('counts what was made from a model, for each viewer what that one may see', async () => {
    const html = await page('/admin/base');
    assert.match(html, /href="\/models\?other=base_model:finetune:admin\/base">1 fine-tune</);
    const own = await page('/admin/base', { authorization: `Bearer ${hub.token}` });
    assert.match(own, />2 fine-tunes</);
    const list = await page('/models?other=base_model:finetune:admin/base');
    assert.match(list, /href="\/admin\/child"/);
  });

  it('counts rows of a dataset and lists models that were trained on it', async () => {
    const html = await page('/datasets/admin/reviews');
    assert.match(html, /Rows<\/dt><dd[^>]*>1,234</);
    assert.match(
      html,
      /Models trained on this dataset[\s\S]*href="\/admin\/child"[\s\S]*href="\/models\?dataset=admin\/reviews">All 2 models</,
    );
    assert.doesNotMatch(html, /admin\/hidden/);
  });

  it('tells downloads day by day to those who do not see the chart', async () => {
    assert.match(await page('/admin/base'), /No downloads yet[\s\S]*since /);
    const { catalog } = hub.hub.services;
    catalog.countDownload(catalog.find('model', 'admin', 'base')!.id, Date.now());
    assert.match(
      await page('/admin/base'),
      /<caption>Downloads a day<\/caption>[\s\S]*<th scope="row">[^<]+<\/th><td>1<\/td>/,
    );
  });
});
