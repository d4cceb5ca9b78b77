import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { bytesOfPart, partBytesOf, partCount } from '../../../server/lfs/multipart.js';
import { LfsClient, type Pointer } from '../../support/lfsClient.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';

const mib = 1_048_576;

describe('LFS objects in parts', function () {
  this.timeout(240_000);
  let hub: RealHub;
  const content = Buffer.alloc(300 * mib + 17, 'some bytes, again and again: ');
  const object: Pointer = { oid: createHash('sha256').update(content).digest('hex'), size: content.length };

  before(async () => {
    hub = await startRealHub({ '--demo': 'false' });
    const copy = await hub.workingCopy({ 'README.md': '# one\n' });
    for (const name of ['large', 'second']) await git(copy, 'push', `${hub.remote}/admin/${name}`, 'main');
  });
  after(() => hub?.close());

  interface Answer {
    readonly transfer: string;
    readonly objects: readonly {
      readonly actions?: { readonly upload: { readonly href: string; readonly header?: Record<string, string> } };
    }[];
  }

  async function batch(repo: string, transfers: readonly string[]): Promise<Answer> {
    const answer = await fetch(`${hub.url}/admin/${repo}.git/info/lfs/objects/batch`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${hub.token}` },
      body: JSON.stringify({ operation: 'upload', transfers, objects: [object], hash_algo: 'sha_256' }),
    });
    return (await answer.json()) as Answer;
  }
  const put = (href: string, body: Buffer): Promise<Response> =>
    fetch(href, { method: 'PUT', body: new Uint8Array(body) });
  function complete(href: string, count: number): Promise<Response> {
    const parts = Array.from({ length: count }, (_, at) => ({ partNumber: at + 1, etag: '"x"' }));
    return fetch(href, { method: 'POST', body: JSON.stringify({ oid: object.oid, parts }) });
  }
  const waiting = (): Promise<readonly string[]> => readdir(hub.hub.services.data.lfsTemporary);

  it('are divided so that the parts make the whole', () => {
    assert.equal(partBytesOf(256 * mib), null);
    for (const sizeBytes of [256 * mib + 1, 320 * mib, 50 * 1024 * mib, 2 ** 42]) {
      const count = partCount(sizeBytes);
      assert.ok(count <= 10_000);
      assert.equal((count - 1) * partBytesOf(sizeBytes)! + bytesOfPart(sizeBytes, count), sizeBytes);
    }
  });

  it('are offered to those alone who take them', async () => {
    const basic = await batch('large', ['lfs-standalone-file', 'basic', 'ssh']);
    assert.equal(basic.transfer, 'basic');
    assert.equal(basic.objects[0]!.actions!.upload.header, undefined);
  });

  it('come together from parts in any order, and are refused where one is missing or wrong', async () => {
    const { transfer, objects } = await batch('large', ['basic', 'multipart']);
    assert.equal(transfer, 'multipart');
    const { href, header } = objects[0]!.actions!.upload;
    const { chunk_size: chunk, ...links } = header!;
    const size = Number(chunk);
    const count = Math.ceil(content.length / size);
    assert.deepEqual(
      Object.keys(links).map(Number),
      Array.from({ length: count }, (_, at) => at + 1),
    );
    const part = (at: number): Buffer => content.subarray(at * size, (at + 1) * size);
    assert.equal((await complete(href, count)).status, 422);
    assert.equal((await put(links['1']!, part(0).subarray(1))).status, 422);
    assert.equal((await put(links['1']!.replace('/part1/', '/part2/'), part(1))).status, 403);
    for (let at = count - 1; at > 0; at--) {
      const answer = await put(links[at + 1]!, part(at));
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('etag')!, /^"[0-9a-f]{32}"$/);
    }
    assert.equal((await complete(href, count)).status, 422);
    assert.deepEqual(await waiting(), []);
    for (let at = 0; at < count; at++) assert.equal((await put(links[at + 1]!, part(at))).status, 200);
    assert.equal((await complete(href, count - 1)).status, 422);
    assert.equal((await complete(href, count)).status, 200);
    assert.equal((await complete(href, count)).status, 200);
    assert.deepEqual(await waiting(), []);
    const down = await new LfsClient(hub, 'admin/large').link('download', object);
    assert.ok(Buffer.from(await (await fetch(down)).arrayBuffer()).equals(content));
    assert.equal((await batch('large', ['multipart'])).objects[0]!.actions, undefined);
    assert.ok((await batch('second', ['multipart'])).objects[0]!.actions);
  });
});
