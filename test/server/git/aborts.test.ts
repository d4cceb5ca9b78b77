import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gitTransfersBelow, transfersLeft } from '../../support/gitChildren.js';
import { pktLine, rawRequest } from '../../support/rawRequest.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';
import { until } from '../../support/until.js';

const zero = '0'.repeat(40);

describe('clients that go away or come in crowds', function () {
  this.timeout(60_000);
  let hub: RealHub;
  let head = '';
  let copy = '';
  const open: Socket[] = [];

  before(async () => {
    hub = await startRealHub({
      '--git-max-upload-pack': '2',
      '--git-max-receive-pack': '2',
    });
    copy = await hub.workingCopy({
      'README.md': '# big\n',
      'a.bin': randomBytes(9_000_000),
      'b.bin': randomBytes(9_000_000),
    });
    const pushed = await git(copy, 'push', `${hub.remote}/admin/big`, 'main');
    assert.equal(pushed.code, 0, pushed.text);
    head = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    assert.deepEqual(await transfersLeft(process.pid), []);
    assert.equal((await rawRequest(hub.url, '/healthz')).status, 200);
  });
  after(async function () {
    // Where a connection or a place in the queue is left behind, the hub waits 30 s for it.
    this.timeout(25_000);
    await hub.close();
  });

  function send(service: string, length: number, body: string | Buffer): Socket {
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    open.push(socket);
    socket.on('error', () => {});
    socket.write(
      `POST /admin/big.git/git-${service} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hub.token}\r\n` +
        `Content-Type: application/x-git-${service}-request\r\nContent-Length: ${length}\r\n\r\n`,
    );
    socket.write(body);
    return socket;
  }

  const wants = (): string => `${pktLine(`want ${head} ofs-delta side-band-64k\n`)}0000${pktLine('done\n')}`;
  const creates = (ref: string): string => `${pktLine(`${zero} ${head} ${ref}\0 report-status agent=test`)}0000`;
  const stalledFetch = (): Socket => send('upload-pack', wants().length, wants()).pause();
  const stalledPush = (): Socket => send('receive-pack', 5_000_000, `${creates('refs/heads/stalled')}PACK`);

  const running = (service: string): number =>
    gitTransfersBelow(process.pid).filter((command) => command.includes(`git ${service} --stateless-rpc`)).length;

  it('ends git when a clone is cut in the middle', async () => {
    const socket = send('upload-pack', wants().length, wants());
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      if (received > 1_000_000) socket.resetAndDestroy();
    });
    await until('the clone did not begin', () => socket.destroyed);
  });

  it('ends git when a push is cut in the middle, and keeps nothing of it', async () => {
    const socket = stalledPush();
    await until('git did not start', () => running('receive-pack') === 1);
    socket.resetAndDestroy();
    assert.deepEqual(await transfersLeft(process.pid), []);
    const folder = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name: 'big' });
    assert.deepEqual(
      (await readdir(path.join(folder, 'objects'))).filter((name) => /^(tmp|incoming)/.test(name)),
      [],
    );
  });

  const quarantines = async (): Promise<string[]> => {
    const folder = hub.hub.services.data.repository({ kind: 'model', owner: 'admin', name: 'big' });
    return (await readdir(path.join(folder, 'objects'))).filter((name) => /^(tmp|incoming)/.test(name));
  };
  /** A pack of `count` objects, cut in the first: a blob of 1,000,000 bytes, stored in blocks of 65,535 (RFC 1950, 1951). */
  async function pushHalf(count: number): Promise<Socket> {
    const pack = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
    pack.writeUInt32BE(count, 8);
    const blob = Buffer.from([0xb0, 0xa4, 0xe8, 0x03, 0x78, 0x01, 0x00, 0xff, 0xff, 0x00, 0x00]);
    const body = Buffer.concat([Buffer.from(creates('refs/heads/cut')), pack, blob, Buffer.alloc(30_000)]);
    const socket = send('receive-pack', 5_000_000, body);
    await until('git did not begin', async () => (await quarantines()).length === 1);
    await wait(200);
    return socket;
  }

  for (const [what, count] of [
    ['a few objects', 1],
    ['a pack', 5000],
  ] as const) {
    it(`keeps nothing of a push that is cut while git unpacks ${what}`, async () => {
      (await pushHalf(count)).resetAndDestroy();
      assert.deepEqual(await transfersLeft(process.pid), []);
      await until('the quarantine stays', async () => (await quarantines()).length === 0);
    });
  }

  it('keeps nothing of a push whose git is killed', async () => {
    const socket = await pushHalf(5000);
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean);
    for (const pid of children)
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('receive-pack')) process.kill(Number(pid), 'SIGKILL');
    socket.destroy();
    assert.deepEqual(await transfersLeft(process.pid), []);
    await until('the quarantine stays', async () => (await quarantines()).length === 0);
  });

  it('outlives a real client that is killed', async () => {
    const target = path.join(hub.folder, 'killed');
    const child = spawn('git', ['clone', '--quiet', `${hub.url}/admin/big`, target], {
      stdio: 'ignore',
      detached: true,
    });
    await until('git did not start', () => running('upload-pack') > 0);
    process.kill(-child.pid!, 'SIGKILL');
  });

  it('ends git when the client goes before the answer begins', async () => {
    for (let n = 0; n < 10; n++) {
      const socket = send('upload-pack', wants().length, wants());
      socket.once('connect', () => setTimeout(() => socket.resetAndDestroy(), n));
    }
    await wait(300);
  });

  it('lets a crowd wait, tells the rest when to come back, and serves all who waited', async () => {
    const holders = [stalledFetch(), stalledFetch()];
    await until('git did not start', () => running('upload-pack') === 2);
    const asked = Array.from({ length: 70 }, () =>
      rawRequest(hub.url, '/admin/big.git/info/refs?service=git-upload-pack'),
    );
    const refused = await Promise.race(asked);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers['retry-after'], '30');
    assert.match(refused.body.toString(), /git fetch is busy; try again in 30 s/);
    assert.equal((await rawRequest(hub.url, '/admin/big')).status, 200);
    for (const holder of holders) holder.destroy();
    const statuses = (await Promise.all(asked)).map((answer) => answer.status);
    assert.equal(statuses.filter((status) => status === 200).length, 64);
    assert.equal(statuses.filter((status) => status === 503).length, 6);
  });

  it('gives back the place of one who leaves the queue', async () => {
    const holders = [stalledPush(), stalledPush()];
    await until('git did not start', () => running('receive-pack') === 2);
    const waiting = Array.from({ length: 64 }, () => stalledPush());
    await wait(300);
    for (const socket of waiting) socket.destroy();
    await wait(200);
    const next = git(copy, 'push', `${hub.remote}/admin/big`, 'HEAD:refs/heads/next');
    await wait(200);
    for (const socket of holders) socket.destroy();
    const pushed = await next;
    assert.equal(pushed.code, 0, pushed.text);
  });
});
