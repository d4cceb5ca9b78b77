import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { access, readdir, truncate } from 'node:fs/promises';
import { request } from 'node:http';
import { formatLfsPointer } from '../../../indexer/repository/lfsPointer.js';
import { LfsClient, pointerOf, put } from '../../support/lfsClient.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';
import { until } from '../../support/until.js';

describe('LFS objects', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let mine: LfsClient;
  let other: LfsClient;
  let nobody: LfsClient;
  before(async () => {
    hub = await startRealHub();
    const copy = await hub.workingCopy({ 'README.md': '# one\n' });
    for (const name of ['mine', 'other']) await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
    mine = new LfsClient(hub, 'admin/mine');
    other = new LfsClient(hub, 'admin/other');
    nobody = new LfsClient(hub, 'admin/mine', null);
  });
  after(() => hub.close());

  const temporary = (): Promise<string[]> => readdir(hub.hub.services.data.lfsTemporary);
  async function isKept(oid: string): Promise<boolean> {
    return access(hub.hub.services.data.lfsObject(oid)).then(
      () => true,
      () => false,
    );
  }
  async function kept(oid: string): Promise<void> {
    assert.deepEqual(await temporary(), []);
    assert.equal(await isKept(oid), true);
  }
  async function notKept(oid: string): Promise<void> {
    assert.deepEqual(await temporary(), []);
    assert.equal(await isKept(oid), false);
  }

  it('are stored, verified and handed out, whole and in ranges', async () => {
    const content = randomBytes(300_000);
    const object = pointerOf(content);
    const [answer] = await mine.batch('upload', object);
    assert.equal((await put(answer!.actions!.upload!.href, content)).status, 200);
    assert.equal((await fetch(answer!.actions!.verify!.href, { method: 'POST' })).status, 200);
    await kept(object.oid);
    const href = await nobody.link('download', object);
    const whole = await fetch(href);
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), content);
    assert.equal(whole.headers.get('etag'), `"${object.oid}"`);
    const ranges: readonly [string, number, number, number][] = [
      ['bytes=0-0', 206, 0, 1],
      ['bytes=299999-', 206, 299_999, 300_000],
      ['bytes=100-199', 206, 100, 200],
      ['bytes=-5', 206, 299_995, 300_000],
      ['bytes=200000-999999', 206, 200_000, 300_000],
      ['bytes=0-1,5-6', 200, 0, 300_000],
      ['lines=1-2', 200, 0, 300_000],
    ];
    for (const [range, status, start, end] of ranges) {
      const part = await fetch(href, { headers: { range } });
      assert.equal(part.status, status, range);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), content.subarray(start, end), range);
      if (status === 206) assert.equal(part.headers.get('content-range'), `bytes ${start}-${end - 1}/300000`);
    }
    const beyond = await fetch(href, { headers: { range: 'bytes=300000-' } });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get('content-range'), 'bytes */300000');
    const head = await fetch(href, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), '300000');
    for (const known of [`"${object.oid}"`, `W/"${object.oid}"`, '*'])
      assert.equal((await fetch(href, { headers: { 'if-none-match': known } })).status, 304, known);
    assert.equal((await fetch(href, { headers: { 'if-none-match': '"other"' } })).status, 200);
    const changed = await fetch(href, { headers: { range: 'bytes=100-199', 'if-range': '"other"' } });
    assert.deepEqual([changed.status, (await changed.arrayBuffer()).byteLength], [200, 300_000]);
  });

  it('of nothing are stored too', async () => {
    const object = await mine.store(Buffer.alloc(0));
    const answer = await fetch(await mine.link('download', object));
    assert.deepEqual([answer.status, (await answer.arrayBuffer()).byteLength], [200, 0]);
  });

  it('of another repository look exactly like missing ones, to reading and to writing', async () => {
    const object = await mine.store(Buffer.from('only mine'));
    const missing = pointerOf(Buffer.from('nobody has this'));
    const comparable = (text: string): string =>
      text
        .replaceAll(/"href":"[^"]*"/g, '"href"')
        .replaceAll(object.oid, 'OID')
        .replaceAll(missing.oid, 'OID');
    for (const operation of ['upload', 'download'] as const) {
      const theirs = JSON.stringify(await other.batch(operation, object));
      const none = JSON.stringify(await other.batch(operation, { ...missing, size: object.size }));
      assert.equal(comparable(theirs), comparable(none), operation);
      assert.equal(/"code":404/.test(theirs), operation === 'download');
      assert.equal(/"upload":/.test(theirs), operation === 'upload');
    }
    const verify = await fetch(await other.link('verify', object), { method: 'POST' });
    assert.equal(verify.status, 404);
    // Having the bytes is the proof: then both repositories have it, stored once.
    await other.store(Buffer.from('only mine'));
    assert.equal((await fetch(await other.link('download', object))).status, 200);
  });

  it('of another repository are not had by committing a pointer over HTTP, nor by one that is there', async () => {
    const { services } = hub.hub;
    const content = Buffer.from('a secret of somebody else');
    const object = await mine.store(content);
    const create = (name: string, file: object): Promise<Response> =>
      fetch(`${hub.url}/api/repos/create`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name, files: [{ path: 'README.md', content: '# x' }, file] }),
      });
    const pointer = { path: 'a/x.bin', content: formatLfsPointer({ oid: object.oid, sizeBytes: content.length }) };
    const refused = await create('thief', pointer);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /never uploaded here/);
    assert.equal(services.catalog.find('model', 'admin', 'thief'), null);

    // The pushing client uploads first, which grants; a grant that is gone closes every door again.
    const copy = await hub.workingCopy({ 'x.bin': pointer.content });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/mine`, 'HEAD:refs/heads/main', '--force');
    assert.equal(pushed.code, 0, pushed.text);
    const resolve = (): Promise<Response> => fetch(`${hub.url}/admin/mine/resolve/main/x.bin`);
    assert.equal(await (await resolve()).text(), String(content));
    const row = services.catalog.find('model', 'admin', 'mine')!;
    services.catalog.dropLfsGrants(row.id, [object.oid], Number.MAX_SAFE_INTEGER);
    assert.equal((await resolve()).status, 404);
    assert.equal((await fetch(`${hub.url}/admin/mine/resolve/main/x.bin`, { method: 'HEAD' })).status, 404);
  });

  for (const [what, file, status, reason] of [
    ['a path named .git', { path: 'a/.git:x', content: '' }, 422, /\.git/],
    ['a bad card', { path: 'README.md', content: '---\ntags: {a: 1}\n---\n' }, 400, /tags/],
  ] as const) {
    it(`and files made over HTTP: ${what} is refused as in a push`, async () => {
      const response = await fetch(`${hub.url}/api/repos/create`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'refused', files: [file] }),
      });
      assert.equal(response.status, status);
      assert.match(await response.text(), reason);
      const { catalog, repositories } = hub.hub.services;
      assert.equal(catalog.find('model', 'admin', 'refused'), null);
      assert.equal(repositories.exists({ kind: 'model', owner: 'admin', name: 'refused' }), false);
    });
  }

  it('are announced only to those who may read or write', async () => {
    const object = await mine.store(Buffer.from('who may'));
    assert.equal((await nobody.ask('upload', [object])).status, 401);
    assert.equal((await new LfsClient(hub, 'admin/nothing', null).ask('download', [object])).status, 401);
    const row = hub.hub.services.catalog.find('model', 'admin', 'mine')!;
    hub.hub.services.catalog.setPrivate(row.id, true);
    const refused = await nobody.ask('download', [object]);
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('lfs-authenticate') ?? '', /^Basic/);
    // A link is only as good as the right it was made with.
    hub.hub.services.catalog.setPrivate(row.id, false);
    const anonymousLink = await nobody.link('download', object);
    assert.equal((await fetch(anonymousLink)).status, 200);
    hub.hub.services.catalog.setPrivate(row.id, true);
    assert.equal((await fetch(anonymousLink)).status, 403);
    hub.hub.services.catalog.setPrivate(row.id, false);
  });

  it('have links that name one action, one object and one size; every change is refused', async () => {
    const content = Buffer.from('signed');
    const object = pointerOf(content);
    const href = await mine.link('upload', object);
    const fields = new URL(href).pathname.split('/'); // '', '-', 'lfs', action, repo, oid, size, user, token, expires, signature
    const others = pointerOf(Buffer.from('another'));
    const changes: readonly [number, string][] = [
      [3, 'download'],
      [3, 'verify'],
      [4, '2'],
      [5, others.oid],
      [6, '7'],
      [7, '0'],
      [8, '0'],
      [9, String(Number(fields[9]) + 1)],
      [10, `${fields[10]!.startsWith('A') ? 'B' : 'A'}${fields[10]!.slice(1)}`],
      [10, ''],
    ];
    for (const [at, value] of changes) {
      const changed = fields.map((field, index) => (index === at ? value : field)).join('/');
      const answer = await put(hub.url + changed, content);
      assert.ok([403, 404].includes(answer.status), `${changed}: ${answer.status}`);
    }
    assert.equal((await fetch(href)).status, 405);
    await notKept(object.oid);
  });

  it('are refused when size or digest differ, and nothing is kept', async () => {
    const content = randomBytes(3_000_000);
    const object = pointerOf(content);
    const altered = Buffer.from(content);
    altered[2_999_999]! ^= 1;
    const href = await mine.link('upload', object);
    const wrong = await put(href, altered);
    assert.equal(wrong.status, 422);
    assert.match(((await wrong.json()) as { message: string }).message, /the bytes have sha256 [0-9a-f]{64}, not/);
    for (const size of [2_999_999, 3_000_001]) {
      const body = Buffer.alloc(size);
      const announced = await put(href, body);
      assert.equal(announced.status, 422, await announced.text());
      const { status, text } = await sendChunked(href, body);
      assert.equal(status, 422, text);
    }
    await notKept(object.oid);
    assert.equal((await put(href, content)).status, 200);
    await kept(object.oid);
  });

  it('cut in the middle leave nothing', async () => {
    const object = pointerOf(randomBytes(1_000_000));
    const href = await mine.link('upload', object);
    const sent = request(href, { method: 'PUT', headers: { 'content-length': object.size } });
    sent.on('error', () => {});
    sent.write(Buffer.alloc(500_000));
    await until('nothing arrived', async () => (await temporary()).length === 1);
    sent.destroy();
    await until('a file is left', async () => (await temporary()).length === 0);
    await notKept(object.oid);
  });

  it('may come twice at the same time', async () => {
    const content = randomBytes(2_000_000);
    const object = pointerOf(content);
    const links = await Promise.all([
      mine.link('upload', object),
      other.link('upload', object),
      mine.link('upload', object),
    ]);
    const answers = await Promise.all(links.map((href) => put(href, content)));
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200],
    );
    await kept(object.oid);
    for (const client of [mine, other]) {
      const answer = await fetch(await client.link('download', object));
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
    }
  });

  it('that the disk lost or cut short are asked for again', async () => {
    const content = randomBytes(100_000);
    const object = await mine.store(content);
    await truncate(hub.hub.services.data.lfsObject(object.oid), 5);
    assert.equal((await mine.batch('download', object))[0]!.error?.code, 404);
    await mine.store(content);
    const answer = await fetch(await mine.link('download', object));
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content);
  });

  it('with names that are no sha256, or too large, are refused one by one', async () => {
    const fine = pointerOf(Buffer.from('fine'));
    const [a, b, c] = await mine.batch('upload', { oid: '../../secret', size: 1 }, { ...fine, size: 2 ** 50 }, fine);
    assert.deepEqual([a!.error?.code, b!.error?.code, c!.error], [422, 422, undefined]);
    assert.equal((await mine.batch('download', { oid: '../../secret', size: 1 }))[0]!.error?.code, 404);
    assert.equal((await mine.ask('upload', [{ oid: fine.oid, size: -1 }])).status, 400);
  });

  it('named by another digest, or too many at once, are refused as the LFS protocol says', async () => {
    const ask = (body: object): Promise<Response> =>
      fetch(`${hub.url}/admin/mine.git/info/lfs/objects/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${hub.token}` },
        body: JSON.stringify({ operation: 'download', ...body }),
      });
    const object = { oid: 'a'.repeat(64), size: 1 };
    for (const [hash, status] of [
      ['sha512', 409],
      ['sha256', 200],
      ['sha_256', 200],
    ] as const)
      assert.equal((await ask({ objects: [object], hash_algo: hash })).status, status, hash);
    const many = await ask({ objects: Array.from({ length: 10_001 }, () => object) });
    const long = await ask({ objects: [], filler: 'x'.repeat(5_000_000) });
    for (const answer of [many, long]) {
      assert.equal(answer.status, 413);
      assert.match(((await answer.json()) as { message: string }).message, /at most 10000 objects in 4 MiB/);
    }
  });

  it('have no locks, which every address of theirs says in JSON', async () => {
    for (const [address, message] of [
      ['locks', 'Locking is not supported'],
      ['locks/verify', 'Locking is not supported'],
      ['locks/7/unlock', 'Locking is not supported'],
      ['elsewhere', 'Nothing here'],
    ] as const) {
      const answer = await fetch(`${hub.url}/admin/mine.git/info/lfs/${address}`, { method: 'POST' });
      assert.equal(answer.status, 404);
      assert.deepEqual(await answer.json(), { message });
    }
  });

  it('expire: a link made long ago is refused', async () => {
    const object = await mine.store(Buffer.from('old link'));
    const href = await mine.link('download', object);
    const realNow = Date.now;
    try {
      Date.now = () => realNow() + 3_601_000;
      assert.equal((await fetch(href)).status, 403);
    } finally {
      Date.now = realNow;
    }
    assert.equal((await fetch(href)).status, 200);
  });

  it('are brought by those who may only propose, as long as they may', async () => {
    const { accounts, catalog } = hub.hub.services;
    const joe = await accounts.addUser({ name: 'joe', password: 'a long password' });
    const { token } = accounts.addToken(joe.id, { label: '', role: 'write' });
    const client = new LfsClient(hub, 'admin/mine', token);
    const object = await client.store(Buffer.from('proposed'));
    assert.equal((await fetch(await client.link('download', object))).status, 200);
    const another = Buffer.from('proposed too late');
    const href = await client.link('upload', pointerOf(another));
    const row = catalog.find('model', 'admin', 'mine')!;
    catalog.setPrivate(row.id, true);
    assert.equal((await put(href, another)).status, 403);
    catalog.setPrivate(row.id, false);
  });

  it('are reached by no link that outlived its token, its scope, the repository’s openness or the account', async () => {
    const { accounts, catalog } = hub.hub.services;
    const admin = accounts.userByName('admin')!;
    const row = catalog.find('model', 'admin', 'mine')!;
    const object = await mine.store(Buffer.from('replayed'));
    let count = 0;
    const linksOf = async (token: string | null): Promise<() => Promise<readonly number[]>> => {
      const client = new LfsClient(hub, 'admin/mine', token);
      const another = Buffer.from(`replayed upload ${count++}`);
      const download = await client.link('download', object);
      const upload = token === null ? null : await client.link('upload', pointerOf(another));
      return async () => {
        const fetched = await fetch(download);
        await fetched.arrayBuffer();
        return [fetched.status, ...(upload === null ? [] : [(await put(upload, another)).status])];
      };
    };
    const ofToken = accounts.addToken(admin.id, { label: 'short', role: 'write' });
    const byToken = await linksOf(ofToken.token);
    assert.deepEqual(await byToken(), [200, 200]);
    accounts.revokeToken(ofToken.row.id);
    assert.deepEqual(await byToken(), [403, 403], 'the token was revoked');
    const next = accounts.addToken(admin.id, { label: 'next', role: 'write' });
    assert.ok(next.row.id > ofToken.row.id);
    assert.deepEqual(await byToken(), [403, 403], 'another token came after it');

    const scoped = (permission: 'read' | 'write') =>
      accounts.addToken(admin.id, { label: 'fine', role: 'write', scopes: [{ permission, repoId: row.id }] });
    const fine = scoped('write');
    const byFine = await linksOf(fine.token);
    assert.deepEqual(await byFine(), [200, 200]);
    const elsewhere = catalog.find('model', 'admin', 'other')!;
    const narrow = accounts.addToken(admin.id, {
      label: 'narrow',
      role: 'write',
      scopes: [{ permission: 'write', repoId: elsewhere.id }],
    });
    await assert.rejects(
      new LfsClient(hub, 'admin/mine', narrow.token).link('upload', pointerOf(Buffer.from('narrow'))),
    );

    const ofNobody = await linksOf(null);
    assert.deepEqual(await ofNobody(), [200]);
    catalog.setPrivate(row.id, true);
    assert.deepEqual(await ofNobody(), [403], 'the repository went private');
    catalog.setPrivate(row.id, false);

    const zoe = await accounts.addUser({ name: 'zoe', password: 'a long password' });
    const byZoe = await linksOf(accounts.addToken(zoe.id, { label: '', role: 'write' }).token);
    assert.deepEqual(await byZoe(), [200, 200]);
    accounts.removeUser(zoe.id);
    const heir = await accounts.addUser({ name: 'heir', password: 'a long password' });
    accounts.addToken(heir.id, { label: '', role: 'write' });
    assert.ok(heir.id > zoe.id, 'no number is given twice');
    assert.deepEqual(await byZoe(), [403, 403], 'the account is gone');
  });

  it('are not fetched by a link whose user was disabled', async () => {
    const { accounts, catalog } = hub.hub.services;
    const eve = await accounts.addUser({ name: 'eve', password: 'a long password' });
    const { token } = accounts.addToken(eve.id, { label: '', role: 'write' });
    const copy = await hub.workingCopy({ 'README.md': '# eve\n' });
    const pushed = await git(copy, 'push', `${hub.url.replace('://', `://eve:${token}@`)}/eve/own`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    catalog.setPrivate(catalog.find('model', 'eve', 'own')!.id, true);
    const client = new LfsClient(hub, 'eve/own', token);
    const object = await client.store(Buffer.from('of eve'));
    const href = await client.link('download', object);
    assert.equal((await fetch(href)).status, 200);
    accounts.setDisabled(eve.id, true);
    assert.equal((await fetch(href)).status, 403);
  });
});

function sendChunked(href: string, body: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(href, { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
