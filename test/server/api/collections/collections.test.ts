import assert from 'node:assert/strict';
import { addPerson } from '../../../support/addPerson.js';
import { askApi } from '../../../support/askApi.js';
import { type RealHub, startRealHub } from '../../../support/realHub.js';

interface Item {
  readonly _id: string;
  readonly id: string;
  readonly type: string;
  readonly position: number;
  readonly note?: { readonly text: string; readonly html: string };
  readonly slug?: string;
}
interface Collection {
  readonly slug: string;
  readonly title: string;
  readonly description?: string;
  readonly position?: number;
  readonly private: boolean;
  readonly items: readonly Item[];
}

describe('collections over the API', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let eve: string;
  let lab: { reader: string; contributor: string };
  let slug: string;

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const { accounts } = hub.hub.services;
    eve = (await addPerson(hub, 'eve')).token;
    const [reader, contributor] = [await addPerson(hub, 'reader'), await addPerson(hub, 'contributor')];
    accounts.addOrganization('lab', accounts.userByName('admin')!.id);
    accounts.setMember('lab', reader.id, 'read');
    accounts.setMember('lab', contributor.id, 'contributor');
    lab = { reader: reader.token, contributor: contributor.token };
    for (const [name, isPrivate] of [
      ['m1', false],
      ['m2', false],
      ['secret', true],
    ] as const)
      assert.equal((await ask('POST', '/api/repos/create', { name, private: isPrivate })).status, 200);
    assert.equal((await ask('POST', '/api/repos/create', { name: 'd1', type: 'dataset' })).status, 200);
  });
  after(() => hub?.close());

  const ask = (method: string, address: string, body?: object, token?: string | null) =>
    askApi(hub, method, address, body, token);
  const read = async (token: string | null = hub.token): Promise<Collection> =>
    (await ask('GET', `/api/collections/${slug}`, undefined, token)).json as Collection;
  const list = async (query = '', token: string | null = hub.token): Promise<readonly Collection[]> =>
    (await ask('GET', `/api/collections?${query}`, undefined, token)).json as readonly Collection[];
  const add = (id: string, type: string, note?: string) =>
    ask('POST', `/api/collections/${slug}/items`, { item: { id, type }, ...(note ? { note } : {}) });

  it('are made once a title', async () => {
    const body = { title: 'Recent models', namespace: 'admin', private: false, description: 'What is <b>new</b>' };
    const made = await ask('POST', '/api/collections', body);
    assert.equal(made.status, 200);
    ({ slug } = made.json as Collection);
    assert.match(slug, /^admin\/recent-models-[0-9a-f]{24}$/);
    assert.equal((made.json as Collection).position, 0);
    const again = await ask('POST', '/api/collections', body);
    assert.deepEqual([again.status, (again.json as Collection).slug], [409, slug]);
  });

  it('take models, datasets and collections, each once, at the end', async () => {
    assert.equal((await add('admin/m1', 'model', 'Best & <small>')).status, 200);
    assert.equal((await add('admin/m1', 'model')).status, 409);
    assert.equal((await add('admin/d1', 'dataset')).status, 200);
    assert.equal((await add('admin/secret', 'model')).status, 200);
    const other = await ask('POST', '/api/collections', { title: 'Other', namespace: 'admin' });
    const { slug: nested } = other.json as Collection;
    assert.equal((await add(nested, 'collection')).status, 200);
    const { items } = await read();
    assert.deepEqual(
      items.map(({ id, type, position }) => [type, position, type === 'collection' ? '' : id]),
      [
        ['model', 0, 'admin/m1'],
        ['dataset', 1, 'admin/d1'],
        ['model', 2, 'admin/secret'],
        ['collection', 3, ''],
      ],
    );
    assert.deepEqual(items[0]!.note, { text: 'Best & <small>', html: 'Best &#38; &#60;small&#62;' });
    assert.equal(items[3]!.slug, nested);
  });

  it('show strangers nothing that these may not see', async () => {
    const { items } = await read(null);
    assert.deepEqual(
      items.map(({ position }) => position),
      [0, 1, 3],
    );
    assert.equal(
      (await ask('POST', `/api/collections/${slug}/items`, { item: { id: 'admin/m2', type: 'model' } }, eve)).status,
      403,
    );
    assert.equal((await ask('DELETE', `/api/collections/${slug}`, undefined, eve)).status, 403);
  });

  it('are listed without a position, four items each, by owner, item and words', async () => {
    await add('admin/m2', 'model');
    const [first] = await list('owner=ADMIN&q=recent');
    assert.equal(first?.slug, slug);
    assert.equal('position' in first, false);
    assert.equal(first.items.length, 4);
    assert.deepEqual(
      (await list('item=models/admin/m1')).map((found) => found.slug),
      [slug],
    );
    assert.equal((await list('item=models/admin/secret', eve)).length, 0);
    assert.equal((await list('item=models/no/such')).length, 0);
    assert.equal((await list('owner=eve')).length, 0);
    assert.equal((await list('q=nothing+of+it')).length, 0);
    assert.equal((await ask('GET', '/api/collections?item=people/eve')).status, 400);
  });

  it('are listed by pages', async () => {
    const first = await ask('GET', '/api/collections?limit=1');
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('Link') ?? '') ?? [];
    const second = await ask('GET', next);
    const slugs = [...(first.json as Collection[]), ...(second.json as Collection[])].map((found) => found.slug);
    assert.equal(new Set(slugs).size, 2);
    assert.equal(second.headers.get('Link'), null);
  });

  it('get another title, under which the old address leads to them too', async () => {
    const old = slug;
    const changed = await ask('PATCH', `/api/collections/${slug}`, { title: 'Old models', theme: 'pink', position: 1 });
    const { success, data } = changed.json as { success: boolean; data: Collection };
    assert.equal(success, true);
    assert.equal(data.slug, old.replace('recent', 'old'));
    assert.equal(data.position, 1);
    assert.equal((await read()).title, 'Old models');
    slug = data.slug;
  });

  it('are put in another order, and get other notes', async () => {
    const { items } = await read();
    const last = items.at(-1)!;
    const place = `/api/collections/${slug}/items/${last._id}`;
    assert.equal((await ask('PATCH', place, { position: 0, note: 'First' })).status, 200);
    const [first] = (await read()).items;
    assert.deepEqual([first?._id, first?.position, first?.note?.text], [last._id, 0, 'First']);
    assert.equal((await ask('DELETE', place)).status, 200);
    assert.equal((await ask('DELETE', place)).status, 404);
    assert.equal((await ask('PATCH', place, { note: 'x' })).status, 404);
  });

  it('of an organisation are its members’: contributors change their own', async () => {
    const body = { title: 'Ours', namespace: 'lab', private: true };
    assert.equal((await ask('POST', '/api/collections', body, lab.reader)).status, 403);
    const made = await ask('POST', '/api/collections', body, lab.contributor);
    const address = `/api/collections/${(made.json as Collection).slug}`;
    assert.equal((await ask('GET', address, undefined, lab.reader)).status, 200);
    assert.equal((await ask('PATCH', address, { title: 'Mine' }, lab.reader)).status, 403);
    assert.equal((await ask('PATCH', address, { title: 'Mine' }, lab.contributor)).status, 200);
    assert.equal((await ask('GET', address, undefined, eve)).status, 404);
    assert.equal((await ask('GET', address, undefined, null)).status, 404);
    assert.equal((await list('owner=lab', eve)).length, 0);
    assert.equal((await list('owner=lab', lab.reader)).length, 1);
  });

  const refused: readonly [string, string, object][] = [
    ['a title that is none', '/api/collections', { title: '  ', namespace: 'admin' }],
    ['a title that is too long', '/api/collections', { title: 'x'.repeat(61), namespace: 'admin' }],
    [
      'a description that is too long',
      '/api/collections',
      { title: 'x', namespace: 'admin', description: 'x'.repeat(151) },
    ],
    ['a namespace that is a number', '/api/collections', { title: 'x', namespace: 7 }],
  ];
  for (const [what, path, body] of refused)
    it(`refuse ${what}`, async () => assert.equal((await ask('POST', path, body)).status, 400));

  it('refuse items that are none', async () => {
    assert.equal((await add('admin/nothing', 'model')).status, 404);
    assert.equal((await add('a/b/c', 'model')).status, 404);
    assert.equal((await add('2307.09288', 'paper')).status, 400);
    assert.equal((await add('admin/m1', 'model', 'x'.repeat(501))).status, 400);
  });

  it('go with what they hold staying, and lose what is deleted elsewhere', async () => {
    const { catalog } = hub.hub.services;
    catalog.remove(catalog.find('dataset', 'admin', 'd1')!.id);
    assert.ok((await read()).items.every(({ type }) => type !== 'dataset'));
    assert.equal((await ask('DELETE', `/api/collections/${slug}`)).status, 200);
    assert.equal((await ask('GET', `/api/collections/${slug}`)).status, 404);
    assert.ok(catalog.find('model', 'admin', 'm1'));
  });
});
