import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { type HubProcess, startHubProcess, token } from '../../support/hubProcess.js';

const mib = 1_048_576;
/** Buffers that wait for the collector too. */
const allowedGrowthBytes = 256 * mib;

/** Forty files of 9 MiB for git, and one of 300 MB that goes to LFS. */
function* body(): Generator<Buffer> {
  yield Buffer.from('{"key":"header","value":{"summary":"large"}}\n');
  for (let at = 0; at < 40; at++) {
    const content = Buffer.alloc(9 * mib, `line ${at}\n`).toString('base64');
    yield Buffer.from(`{"key":"file","value":{"content":"${content}","path":"files/${at}.txt","encoding":"base64"}}\n`);
  }
  yield Buffer.from('{"key":"file","value":{"content":"');
  const part = Buffer.from(Buffer.alloc(3_000_000, 'abc').toString('base64'));
  for (let at = 0; at < 100; at++) yield part;
  yield Buffer.from('","path":"large.txt","encoding":"base64"}}');
}

describe('a commit of 660 MB', function () {
  this.timeout(300_000);
  let folder = '';
  let hub: HubProcess;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hub-commit-'));
    hub = await startHubProcess(path.join(folder, 'data'));
    await hub.ready();
  });
  after(async () => {
    await hub?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const rssBytes = (): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))![1]) * 1024;

  it('is read in memory that does not grow with it', async () => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const made = { method: 'POST', headers, body: JSON.stringify({ name: 'large' }) };
    assert.equal((await fetch(`${hub.url}/api/repos/create`, made)).status, 200);
    const before = rssBytes();
    let highest = before;
    const timer = setInterval(() => {
      highest = Math.max(highest, rssBytes());
    }, 50);
    const answer = await fetch(`${hub.url}/api/models/admin/large/commit/main`, {
      method: 'POST',
      headers,
      body: Readable.toWeb(Readable.from(body())),
      duplex: 'half',
    } as unknown as RequestInit).finally(() => clearInterval(timer));
    assert.equal(answer.status, 200, await answer.text());
    const tree = await fetch(`${hub.url}/api/models/admin/large/tree/main?recursive=true`, { headers });
    const files = (await tree.json()) as { type: string; path: string; size: number; lfs?: object }[];
    assert.equal(files.filter(({ path }) => path.startsWith('files/')).length, 40);
    const large = files.find(({ path }) => path === 'large.txt')!;
    assert.deepEqual([large.size, large.lfs !== undefined], [300_000_000, true]);
    assert.deepEqual(await readdir(path.join(folder, 'data', 'commits')), []);
    const grown = Math.round((highest - before) / mib);
    assert.ok(highest - before <= allowedGrowthBytes, `the hub grew by ${grown} MiB`);
  });
});
