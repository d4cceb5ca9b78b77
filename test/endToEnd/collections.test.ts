import assert from 'node:assert/strict';
import { callApi } from '../support/askApi.js';
import { type RealHub, startRealHub } from '../support/realHub.js';
import { type Answer, WebClient } from '../support/webClient.js';

describe('pages of collections', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let owner: WebClient;
  let eve: WebClient;
  /** `/collections/…` */
  let address: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    await hub.hub.services.accounts.addUser({ name: 'eve', password: 'correct horse' });
    [owner, eve] = [new WebClient(hub.url), new WebClient(hub.url)];
    await owner.logIn('admin');
    await eve.logIn('eve');
    for (const [name, isPrivate] of [
      ['one', false],
      ['two', false],
      ['secret', true],
    ] as const)
      await callApi(hub, 'POST', '/api/repos/create', { name, private: isPrivate });
  });
  after(() => hub?.close());

  const edit = (fields: Record<string, string>) => owner.submit(`${address}/edit`, fields);
  const to = ({ headers }: Answer): string => headers.get('Location') ?? '';
  async function namesOn(client: WebClient): Promise<readonly string[]> {
    const { text } = await client.get(address);
    return [...text.matchAll(/<wbr\/?>([a-z]+)<\/a>/g)].map(([, name]) => name!);
  }

  it('lead from a form to where the collection is filled', async () => {
    const made = await owner.submit('/collections/new', { owner: 'admin', title: 'Été <b>', visibility: 'public' });
    assert.equal(made.status, 303);
    assert.match(to(made), /^\/collections\/admin\/ete-b-[0-9a-f]{24}\/edit$/);
    address = to(made).replace('/edit', '');
    const again = await owner.submit('/collections/new', { owner: 'admin', title: 'Été <b>', visibility: 'public' });
    assert.equal(again.status, 400);
    assert.match(again.text, /has a collection of this title/);
  });

  it('show what was added, with its note, in the order that was given', async () => {
    for (const id of ['admin/one', 'admin/secret', 'admin/two'])
      assert.equal((await edit({ do: 'add', type: 'model', id, note: `about <i>${id}` })).status, 303);
    assert.deepEqual(await namesOn(owner), ['one', 'secret', 'two']);
    const { text } = await owner.get(`${address}/edit`);
    const items = [...text.matchAll(/id="item-([0-9a-f]{24})"/g)].map(([, id]) => id!);
    assert.equal((await edit({ do: 'up', item: items[2]!, note: '' })).status, 303);
    assert.deepEqual(await namesOn(owner), ['one', 'two', 'secret']);
    assert.equal((await edit({ do: 'down', item: items[0]!, note: '' })).status, 303);
    assert.deepEqual(await namesOn(owner), ['two', 'one', 'secret']);
    assert.equal((await edit({ do: 'note', item: items[0]!, note: 'Begin here' })).status, 303);
    const page = (await owner.get(address)).text;
    assert.match(page, /Begin here/);
    assert.match(page, /about &lt;i>admin\/two|about &lt;i&gt;admin\/two/);
    assert.equal((await edit({ do: 'remove', item: items[0]!, note: '' })).status, 303);
  });

  it('say which item is not there, and keep what was written', async () => {
    const answer = await edit({ do: 'add', type: 'dataset', id: 'admin/none', note: 'kept' });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /There is no dataset admin\/none/);
    assert.match(answer.text, /value="kept"/);
  });

  it('show others what they may see, and let them change nothing', async () => {
    assert.deepEqual(await namesOn(eve), ['two']);
    assert.equal((await eve.get(`${address}/edit`)).status, 403);
    assert.equal((await eve.post(`${address}/edit`, { do: 'delete' })).status, 403);
    assert.equal(
      (await eve.submit('/collections/new', { owner: 'admin', title: 'x', visibility: 'public' })).status,
      400,
    );
  });

  it('stand on the profile and in the list of all', async () => {
    for (const path of ['/admin', '/collections']) {
      const { text } = await eve.get(path);
      assert.ok(text.includes(`href="${address}"`), path);
    }
  });

  it('follow a new title, and old addresses lead there', async () => {
    const saved = await edit({ do: 'save', title: 'Better', description: 'Words', visibility: 'private' });
    const old = address;
    address = to(saved).replace('/edit', '');
    assert.match(address, /\/better-/);
    const moved = await owner.get(`${old}?x=1`);
    assert.deepEqual([moved.status, to(moved)], [307, `${address}?x=1`]);
    assert.equal((await eve.get(address)).status, 404);
    assert.ok(!(await eve.get('/admin')).text.includes(address));
  });

  it('take a repository from its own page, into a new one too', async () => {
    const add = '/collections/add?item=admin%2Fone';
    assert.ok((await eve.get('/admin/one')).text.includes(`href="${add}"`));
    assert.equal(to(await new WebClient(hub.url).get(add)), `/login?next=${encodeURIComponent(add)}`);
    assert.match((await eve.get(add)).text, /You have no collection yet/);
    const fields = { title: 'Mine', visibility: 'public', item: 'admin/one' };
    const made = to(await eve.submit('/collections/new?item=admin%2Fone', fields)).replace('/edit', '');
    assert.match((await eve.get(made)).text, /href="\/admin\/one"/);
    const page = (await eve.get(add)).text;
    const collection = /<option value="([0-9a-f]{24})"[^>]*>eve \/ Mine</.exec(page)![1]!;
    const send = (item: string, id = collection) =>
      eve.submit(add, { item, collection: id, note: 'a <b>note</b>' }, '/collections/add');
    const twice = await send('admin/one');
    assert.equal(twice.status, 400, twice.text);
    assert.equal(to(await send('admin/two')), made);
    assert.match((await eve.get(made)).text, /a &lt;b>note/);
    for (const item of ['admin/secret', 'admin/nothing', '', 'x', 'admin/one/two', '../admin/one'])
      assert.equal((await send(item)).status, 404, item);
    const foreign = address.slice(-24);
    assert.equal((await send('admin/one', foreign)).status, 400);
    assert.equal((await eve.get('/collections/add?item=admin%2Fsecret')).status, 404);
  });

  it('are gone once deleted', async () => {
    assert.equal(to(await edit({ do: 'delete' })), '/admin');
    assert.equal((await owner.get(address)).status, 404);
    assert.equal((await owner.get('/collections/admin/nothing')).status, 404);
  });
});
