import assert from 'node:assert/strict';
import { type FakeHub, fakeHub } from '../../support/fakeServices.js';
import { type PageServer, startPageServer } from '../../support/pageServer.js';
import { WebClient } from '../../support/webClient.js';

describe('pages of metrics, tasks, languages and licences', () => {
  let hub: FakeHub;
  let server: PageServer;
  let client: WebClient;

  beforeEach(async () => {
    hub = fakeHub();
    hub.addModel({
      id: 'acme/one',
      task: 'fill-mask',
      tags: ['fr', 'license:mit', 'metric:f1', 'metric:our/own "score"', 'dataset:nyu-mll/glue'],
    });
    hub.addModel({ id: 'acme/two', task: 'fill-mask', tags: ['metric:f1'], private: true });
    server = await startPageServer(hub.services);
    client = new WebClient(server.url);
  });
  afterEach(() => server.close());

  it('lists metrics with their direction and the models that anybody may see', async () => {
    const { text } = await client.get('/metrics');
    assert.match(text, /<a href="\/metrics\/f1">F1<\/a>[\s\S]*?higher[\s\S]*?<a href="\/models\?metric=f1">1<\/a>/);
    assert.match(text, /<a href="\/metrics\/wer">Word error rate<\/a>[\s\S]*?lower/);
    assert.match(text, /<a href="\/metrics\/our%2Fown%20%22score%22">/);
  });

  it('defines a metric with its formula and says how a card names it', async () => {
    const { text, headers } = await client.get('/metrics/f1');
    assert.match(text, /class="katex/);
    assert.match(headers.get('content-security-policy') ?? '', /style-src-attr/);
    assert.match(text, /Higher is better/);
    assert.match(text, /metrics:\n- f1/);
    assert.match(text, /acme\/<\/span><wbr\/?>one/);
    assert.doesNotMatch(text, /two<\/a>/);
  });

  it('has a page for a metric that only a card names, and none for one that nobody does', async () => {
    const { text, status } = await client.get('/metrics/our%2Fown%20%22score%22');
    assert.equal(status, 200);
    assert.match(text, /metrics:\n- &quot;our\/own \\&quot;score\\&quot;&quot;/);
    assert.equal((await client.get('/metrics/nobodys')).status, 404);
  });

  it('shows what a task takes and gives, its models, metrics and datasets', async () => {
    const { text } = await client.get('/tasks/text-classification');
    assert.match(text, /No model of this hub is for this task yet/);
    assert.match(text, /<a href="\/metrics\/accuracy">Accuracy<\/a>/);
    assert.match(text, /<a href="\/models\?dataset=nyu-mll\/glue">nyu-mll\/glue<\/a>/);
    assert.match(text, /pipeline_tag: text-classification/);
    const mask = await client.get('/tasks/fill-mask');
    assert.match(mask.text, /<a href="\/models\?pipeline_tag=fill-mask">All 1/);
  });

  it('leads an older name of a task to today’s, and knows no other', async () => {
    const moved = await client.get('/tasks/structured-data-classification');
    assert.equal(moved.headers.get('location'), '/tasks/tabular-classification');
    assert.equal((await client.get('/tasks/knitting')).status, 404);
    assert.match((await client.get('/tasks')).text, /<a href="\/tasks\/fill-mask">Fill-Mask<\/a>[\s\S]*?1 model/);
  });

  it('lists languages and licences, those in use first, and searches in both names', async () => {
    const { text } = await client.get('/languages');
    assert.match(text, /<tbody><tr><th[^>]*>fr<\/th><td[^>]*>French[\s\S]*?<a href="\/models\?language=fr">1 /);
    const found = (await client.get('/languages?search=deutsch')).text;
    assert.equal(found.match(/<tr>/g)?.length, 2);
    assert.match((await client.get('/licenses')).text, /<th[^>]*>mit<\/th>[\s\S]*?<a href="\/models\?license=mit">1 /);
    assert.match((await client.get('/licenses?search=zzz')).text, /Nothing is called “zzz”/);
  });
});
