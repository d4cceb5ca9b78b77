import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { git, type RealHub, startRealHub } from '../support/realHub.js';
import { until } from '../support/until.js';
import { WebClient } from '../support/webClient.js';

const ref = { kind: 'model', owner: 'admin', name: 'one' } as const;

describe('a push that could not be indexed', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let owner: WebClient;
  before(async () => {
    hub = await startRealHub();
    owner = new WebClient(hub.url);
    await owner.logIn('admin');
    const copy = await hub.workingCopy({ 'README.md': '---\nlicense: mit\n---\n# One\n' });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/one`, 'main')).code, 0);
    // As after a fault of the disk.
    const objects = path.join(hub.hub.services.data.repository(ref), 'objects');
    await rename(objects, `${objects}.away`);
    await hub.restart();
    await until('the hub is ready', () => hub.hub.services.indexer.ready());
    await hub.hub.services.indexer.reindex(ref).catch(() => undefined);
    await rename(`${objects}.away`, objects);
  });
  after(() => hub.close());

  it('is told on its page, with the reason, and on the home page of its people', async () => {
    for (const client of [owner, new WebClient(hub.url)])
      assert.match((await client.get('/admin/one')).text, /The latest push could not be indexed/);
    assert.match((await owner.get('/')).text, /could not be indexed\./);
    assert.match((await owner.get('/-/admin/jobs')).text, /admin\/one/);
    assert.match(
      (await owner.get('/admin/one', { 'X-Fragment': 'index-state' })).text,
      /^<div class="notice notice-danger"/,
    );
  });

  it('is tried again by those who may push', async () => {
    const stranger = await new WebClient(hub.url).get('/admin/one');
    assert.doesNotMatch(stranger.text, /Re-index/);
    assert.equal((await new WebClient(hub.url).submit('/login', {}, '/admin/one/reindex')).status, 303);
    const again = await owner.submit('/admin/one', {}, '/admin/one/reindex');
    assert.deepEqual([again.status, again.headers.get('location')], [303, '/admin/one']);
    const page = (await owner.get('/admin/one')).text;
    assert.doesNotMatch(page, /could not be indexed/);
    assert.match(page, /license/i);
    assert.equal((await owner.get('/admin/one', { 'X-Fragment': 'index-state' })).text.trim(), '');
    assert.doesNotMatch((await owner.get('/')).text, /could not be indexed\./);
  });

  it('is waited for by the page while it is read', async () => {
    const { indexer } = hub.hub.services;
    const pending = indexer.pending;
    (indexer as { pending: typeof pending }).pending = () => true;
    try {
      const { text } = await owner.get('/admin/one');
      assert.match(text, /<hub-poll data-fragment="index-state">.*Indexing commit <code>[0-9a-f]{7}<\/code>/);
      assert.match(text, /hub-poll\.js/);
      assert.match(text, /<a href="\/admin\/one">Reload<\/a>/);
    } finally {
      (indexer as { pending: typeof pending }).pending = pending;
    }
  });
});
