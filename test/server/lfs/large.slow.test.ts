import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { type HubProcess, startHubProcess, token } from '../../support/hubProcess.js';
import { LfsClient } from '../../support/lfsClient.js';
import { git } from '../../support/realHub.js';

const mib = 1_048_576;
const sizeBytes = 1024 * mib;
const allowedGrowthBytes = 64 * mib;

/** The same pseudo-random bytes each time, made while they are sent: AES in counter mode over zeros. */
function* bytes(): Generator<Buffer> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 7), Buffer.alloc(16));
  const zeros = Buffer.alloc(mib);
  for (let sent = 0; sent < sizeBytes; sent += mib) yield cipher.update(zeros);
}

describe('an LFS object of 1 GiB', function () {
  this.timeout(300_000);
  let folder = '';
  let hub: HubProcess;
  let client: LfsClient;
  let oid = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hub-large-'));
    hub = await startHubProcess(path.join(folder, 'data'));
    await hub.ready();
    await git(folder, 'init', '--quiet', '--initial-branch=main', 'copy');
    const copy = path.join(folder, 'copy');
    await git(copy, 'commit', '--quiet', '--allow-empty', '--message=first');
    const pushed = await git(copy, 'push', `${hub.remote}/admin/large`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    client = new LfsClient({ url: hub.url, token }, 'admin/large');
    const hash = createHash('sha256');
    for (const chunk of bytes()) hash.update(chunk);
    oid = hash.digest('hex');
  });
  after(async () => {
    await hub?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const rssBytes = (): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))![1]) * 1024;

  /** Runs work and says by how much the hub's memory grew at its highest. */
  async function growth(work: () => Promise<void>): Promise<number> {
    const before = rssBytes();
    let highest = before;
    const timer = setInterval(() => {
      highest = Math.max(highest, rssBytes());
    }, 50);
    await work().finally(() => clearInterval(timer));
    return highest - before;
  }

  function upload(href: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(href, { method: 'PUT', headers: { 'content-length': sizeBytes } }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      pipeline(Readable.from(bytes()), sent).catch(reject);
    });
  }

  async function download(href: string): Promise<string> {
    const hash = createHash('sha256');
    const answer = await fetch(href);
    for await (const chunk of Readable.fromWeb(answer.body as ReadableStream)) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  }

  it('goes up in bounded memory, also twice at once', async () => {
    const [first, second] = [
      await client.link('upload', { oid, size: sizeBytes }),
      await client.link('upload', { oid, size: sizeBytes }),
    ];
    const grown = await growth(async () => {
      assert.deepEqual(await Promise.all([upload(first), upload(second)]), [200, 200]);
    });
    assert.ok(grown < 2 * allowedGrowthBytes, `grew by ${Math.round(grown / mib)} MiB for two uploads`);
  });

  it('comes down in bounded memory, byte for byte, also to a slow reader and from the middle', async () => {
    const href = await client.link('download', { oid, size: sizeBytes });
    const grown = await growth(async () => assert.equal(await download(href), oid));
    assert.ok(grown < allowedGrowthBytes, `grew by ${Math.round(grown / mib)} MiB`);
    const stalled = new AbortController();
    const whileStalled = await growth(async () => {
      await fetch(href, { signal: stalled.signal });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      stalled.abort();
    });
    assert.ok(
      whileStalled < allowedGrowthBytes,
      `grew by ${Math.round(whileStalled / mib)} MiB for a reader that waits`,
    );
    const end = await fetch(href, { headers: { range: `bytes=${sizeBytes - 5}-` } });
    assert.equal((await end.arrayBuffer()).byteLength, 5);
  });
});
