import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { collectGarbage } from '../../../server/maintenance/collectGarbage.js';
import { addPerson } from '../../support/addPerson.js';
import { askApi } from '../../support/askApi.js';
import { LfsClient, pointerOf } from '../../support/lfsClient.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';
import { shardOf, XetClient, xorbOf } from '../../support/xetClient.js';

describe('uploads by Xet', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let nowMs: number;
  let other: string;
  const dayMs = 86_400_000;
  const hash = (): string => randomBytes(32).toString('hex');

  before(async () => {
    nowMs = Date.now();
    hub = await startRealHub({ '--demo': 'false', '--inference-enabled': 'false' }, { now: () => nowMs });
    other = (await addPerson(hub, 'other')).token;
    for (const [name, token] of [
      ['mine', hub.token],
      ['second', hub.token],
      ['theirs', other],
    ] as const) {
      const made = await askApi(hub, 'POST', '/api/repos/create', { name, private: true }, token);
      assert.equal(made.status, 200, made.text);
    }
  });
  after(() => hub?.close());

  async function send(client: XetClient, content: Buffer, version = 1): Promise<string> {
    const xorb = hash();
    assert.equal((await client.sendXorb(xorb, xorbOf(content))).status, 200);
    const built = await client.sendShard(shardOf([{ content, terms: [[xorb, 0, 1, content.length]] }]), version);
    assert.equal(built.status, 200, await built.clone().text());
    return xorb;
  }

  it('become LFS objects of the repository alone, which a commit may name', async () => {
    const content = randomBytes(100_000);
    const client = await XetClient.of(hub, 'admin/mine');
    await send(client, content);
    const [answer] = await new LfsClient(hub, 'admin/mine').batch('download', pointerOf(content));
    assert.deepEqual(Buffer.from(await (await fetch(answer!.actions!.download!.href)).arrayBuffer()), content);
    const [none] = await new LfsClient(hub, 'admin/second').batch('download', pointerOf(content));
    assert.equal(none!.error?.code, 404);
    const [row] = [hub.hub.services.catalog.find('model', 'admin', 'mine')!];
    const made = await hub.hub.services.uploads.holds(row, {
      oid: pointerOf(content).oid,
      sizeBytes: content.length,
    });
    assert.equal(made, true);
  });

  it('tell how far they are to those who listen, and end with a result or an error', async () => {
    const client = await XetClient.of(hub, 'admin/mine');
    const content = randomBytes(5000);
    const xorb = hash();
    await client.sendXorb(xorb, xorbOf(content));
    const lines = async (sha256?: string): Promise<{ type: string; message?: string; retryable?: boolean }[]> => {
      const shard = shardOf([{ content, terms: [[xorb, 0, 1, content.length]], ...(sha256 ? { sha256 } : {}) }]);
      const answer = await client.sendShard(shard, 2);
      assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
      return (await answer.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    assert.deepEqual(
      (await lines()).map(({ type }) => type),
      ['validating', 'result'],
    );
    const last = (await lines('0'.repeat(64))).at(-1)!;
    assert.deepEqual([last.type, last.retryable], ['error', false]);
    assert.match(last.message!, /sha256/);
  });

  it('build files of what came before, also for another repository and in another order', async () => {
    const [one, two, three] = [randomBytes(70_000), randomBytes(10), randomBytes(900)];
    const client = await XetClient.of(hub, 'admin/mine');
    const [first, second] = [hash(), hash()];
    assert.deepEqual(await (await client.sendXorb(first, xorbOf(one, two))).json(), { was_inserted: true });
    assert.deepEqual(await (await client.sendXorb(first, xorbOf(one, two))).json(), { was_inserted: false });
    assert.equal((await client.send(`/v1/xorbs/default/${first}`, undefined, 'HEAD')).status, 200);
    assert.equal((await client.send(`/v1/xorbs/default/${hash()}`, undefined, 'HEAD')).status, 404);
    const elsewhere = await XetClient.of(hub, 'admin/second');
    await elsewhere.sendXorb(second, xorbOf(three));
    const content = Buffer.concat([two, three, one, two]);
    const built = await elsewhere.sendShard(
      shardOf([
        {
          content,
          verified: true,
          terms: [
            [first, 1, 2, 10],
            [second, 0, 1, 900],
            [first, 0, 2, 70_010],
          ],
        },
        { content: two, terms: [[first, 1, 2, 10]] },
      ]),
    );
    assert.equal(built.status, 200, await built.text());
    const answers = await new LfsClient(hub, 'admin/second').batch('download', pointerOf(content), pointerOf(two));
    assert.ok(answers.every(({ actions }) => actions?.download));
  });

  it('never use what another user sent, nor tell that it is there', async () => {
    const content = randomBytes(2000);
    const mine = await XetClient.of(hub, 'admin/mine');
    const xorb = await send(mine, content);
    const theirs = await XetClient.of(hub, 'other/theirs', other);
    assert.notEqual(theirs.casUrl, mine.casUrl);
    assert.equal((await theirs.send(`/v1/xorbs/default/${xorb}`, undefined, 'HEAD')).status, 404);
    assert.equal((await theirs.send(`/v1/chunks/default/${hash()}`)).status, 404);
    assert.equal((await mine.send(`/v1/chunks/default/${hash()}`)).status, 404);
    const shard = shardOf([{ content, terms: [[xorb, 0, 1, 2000]] }]);
    for (const version of [1, 2]) {
      const refused = await theirs.sendShard(shard, version);
      assert.equal(refused.status, 400);
      assert.match(await refused.text(), new RegExp(xorb));
    }
    // The same name for other bytes is theirs, and mine stays.
    const poison = randomBytes(2000);
    assert.deepEqual(await (await theirs.sendXorb(xorb, xorbOf(poison))).json(), { was_inserted: true });
    assert.equal((await theirs.sendShard(shard)).status, 422);
    assert.equal((await mine.sendShard(shard)).status, 200);
    for (const stranger of [theirs.at(mine.casUrl), mine.at(theirs.casUrl)]) {
      assert.equal((await stranger.sendXorb(hash(), xorbOf(content))).status, 401);
    }
  });

  it('need a token that may write, as long as it counts', async () => {
    const { accounts, catalog } = hub.hub.services;
    assert.equal((await XetClient.ask(hub, 'admin/mine', null)).status, 401);
    assert.equal((await XetClient.ask(hub, 'admin/mine', other)).status, 404);
    const admin = accounts.userByName('admin')!;
    const read = accounts.addToken(admin.id, { label: 'read', role: 'read' }).token;
    assert.equal((await XetClient.ask(hub, 'admin/mine', read)).status, 403);
    // A pull request may be made by those who read.
    const { id } = catalog.find('model', 'admin', 'second')!;
    catalog.setPrivate(id, false);
    assert.equal((await XetClient.ask(hub, 'admin/second', other)).status, 403);
    assert.equal((await XetClient.ask(hub, 'admin/second', other, '?create_pr=1')).status, 200);
    assert.equal((await XetClient.ask(hub, 'admin/second', read, '?create_pr=1')).status, 403);
    catalog.setPrivate(id, true);
    const { token, row } = accounts.addToken(admin.id, { label: 'short', role: 'write' });
    const client = await XetClient.of(hub, 'admin/mine', token);
    const body = xorbOf(Buffer.from('x'));
    for (const wrong of [hub.token, 'xet_1.1.1.0.1.x', `${client.token.slice(0, -1)}x`, '']) {
      const answer = await client.with(wrong).sendXorb(hash(), body);
      assert.equal(answer.status, 401, wrong);
      assert.ok(answer.headers.get('x-request-id'));
    }
    // Nor is it one of the hub.
    assert.equal((await XetClient.ask(hub, 'admin/mine', client.token)).status, 401);
    assert.equal((await client.sendXorb(hash(), body)).status, 200);
    accounts.revokeToken(row.id);
    assert.equal((await client.sendXorb(hash(), body)).status, 403);
    const later = await XetClient.of(hub, 'admin/mine');
    nowMs += 3_600_001;
    assert.equal((await later.sendXorb(hash(), body)).status, 401);
  });

  it('that are broken or too large are refused, and nothing of them stays', async () => {
    const client = await XetClient.of(hub, 'admin/mine');
    const content = randomBytes(100);
    const xorb = hash();
    assert.equal((await client.sendXorb(xorb, xorbOf(content))).status, 200);
    const wrong = (...term: [string, number, number, number]): Buffer => shardOf([{ content, terms: [term] }]);
    for (const [what, answer, status] of [
      ['no xorb', client.sendXorb(hash(), Buffer.from('rubbish')), 400],
      ['no hash', client.sendXorb('x', xorbOf(content)), 400],
      ['no shard', client.sendShard(randomBytes(100)), 400],
      ['chunks that are not there', client.sendShard(wrong(xorb, 0, 2, 100)), 400],
      ['a piece of another size', client.sendShard(wrong(xorb, 0, 1, 99)), 422],
      ['another file than said', client.sendShard(wrong(xorb, 0, 1, 100).fill(7, 144, 176)), 422],
      ['more than 64 MiB', client.sendXorb(hash(), Buffer.alloc(66 * 1_048_576)), 400],
      ['another address', client.send('/v1/reconstructions/x'), 404],
      ['another method', client.send('/v1/shards'), 404],
      ['an address that climbs', client.sendXorb('..%2f..%2fx', xorbOf(content)), 400],
    ] as const) {
      const { status: answered } = await answer;
      assert.equal(answered, status, what);
    }
    const chunks = Array.from({ length: 8000 }, () => Buffer.alloc(9000));
    assert.equal((await client.sendXorb(hash(), xorbOf(...chunks))).status, 413);
    const { data } = hub.hub.services;
    assert.deepEqual(await readdir(data.lfsTemporary), []);
    const files = await readdir(data.xorbs, { recursive: true });
    assert.deepEqual(
      files.filter((name) => name.endsWith('.part')),
      [],
    );
  });

  it('are refused while the disk is nearly full', async () => {
    const small = await startRealHub({ '--demo': 'false', '--storage-floor-bytes': '100TB' });
    try {
      small.hub.services.catalog.create(
        { kind: 'model', owner: 'admin', name: 'mine' },
        { private: false, state: 'active', createdBy: 1 },
      );
      const client = await XetClient.of(small, 'admin/mine');
      assert.equal((await client.sendXorb(hash(), xorbOf(Buffer.from('x')))).status, 507);
    } finally {
      await small.close();
    }
  });

  it('begin a new epoch in time, and the one before is freed later; a restored hub begins one too', async () => {
    const { services } = hub.hub;
    const old = await XetClient.of(hub, 'admin/mine');
    const content = randomBytes(3000);
    const xorb = await send(old, content);
    const shard = shardOf([{ content, terms: [[xorb, 0, 1, 3000]] }]);
    nowMs += 31 * dayMs;
    const fresh = await XetClient.of(hub, 'admin/mine');
    assert.notEqual(fresh.casUrl, old.casUrl);
    assert.equal((await fresh.sendShard(shard)).status, 400);
    // What is on its way to the old address ends there, with a token that was renewed.
    assert.equal(await services.xet.collect(nowMs), 0);
    assert.equal((await fresh.at(old.casUrl).sendShard(shard)).status, 200);
    nowMs += 3 * dayMs;
    const today = await XetClient.of(hub, 'admin/mine');
    assert.equal(today.casUrl, fresh.casUrl);
    assert.equal(await services.xet.collect(nowMs), 1);
    assert.equal((await today.at(old.casUrl).sendShard(shard)).status, 410);
    assert.equal((await readdir(services.data.xorbs)).length, 1);
    const granted = services.catalog.hasLfsGrant(services.catalog.find('model', 'admin', 'mine')!.id, sha256(content));
    assert.equal(granted, true);
    await send(today, content);
    await rm(services.data.xorbs, { recursive: true });
    await hub.restart();
    assert.notEqual((await XetClient.of(hub, 'admin/mine')).casUrl, today.casUrl);
  });

  it('are served when a commit names them, and go with the garbage when none does', async () => {
    const content = randomBytes(4000);
    const client = await XetClient.of(hub, 'admin/mine');
    await send(client, content);
    const { services } = hub.hub;
    const copy = await hub.workingCopy({ 'README.md': '# x\n', 'w.bin': pointerText(content) });
    await git(copy, 'pull', '--rebase', `${hub.remote}/admin/mine`, 'main');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/mine`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    const served = await fetch(`${hub.url}/admin/mine/resolve/main/w.bin`, {
      headers: { authorization: `Bearer ${hub.token}` },
    });
    assert.deepEqual(Buffer.from(await served.arrayBuffer()), content);
    assert.equal(path.basename(services.data.lfsObject(sha256(content))), sha256(content));
    const unnamed = randomBytes(4000);
    await send(client, unnamed);
    await collectGarbage(services, Date.now() + 2 * dayMs + 40 * dayMs);
    const { catalog } = services;
    const { id } = catalog.find('model', 'admin', 'mine')!;
    assert.deepEqual(
      [content, unnamed].map((bytes) => catalog.hasLfsGrant(id, sha256(bytes))),
      [true, false],
    );
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function pointerText(bytes: Buffer): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize ${bytes.length}\n`;
}
