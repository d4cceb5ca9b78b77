import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { transfersLeft } from '../../support/gitChildren.js';
import { pktLine } from '../../support/rawRequest.js';
import { git, type RealHub, startRealHub } from '../../support/realHub.js';

const idleSeconds = 5;

describe('clients that stall', function () {
  this.timeout(60_000);
  let hub: RealHub;
  before(async () => {
    hub = await startRealHub({ '--git-idle-timeout-seconds': String(idleSeconds) });
  });
  after(() => hub.close());

  function send(service: string, length: number, body: string): Socket {
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST /admin/big.git/git-${service} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${hub.token}\r\n` +
        `Content-Type: application/x-git-${service}-request\r\nContent-Length: ${length}\r\n\r\n${body}`,
    );
    return socket;
  }

  it('are cut, whether they stop sending or stop reading, and git with them', async () => {
    const copy = await hub.workingCopy({ 'a.bin': randomBytes(9_000_000), 'b.bin': randomBytes(9_000_000) });
    assert.equal((await git(copy, 'push', `${hub.remote}/admin/big`, 'main')).code, 0);
    const head = (await git(copy, 'rev-parse', 'HEAD')).text.trim();
    const wants = `${pktLine(`want ${head} ofs-delta side-band-64k\n`)}0000${pktLine('done\n')}`;
    const reader = send('upload-pack', wants.length, wants).pause();
    const writer = send('receive-pack', 5_000_000, pktLine(`${'0'.repeat(40)} ${head} refs/heads/x\0 report-status`));
    await once(writer, 'close');
    // A socket with unsent bytes is looked at twice before it counts as idle.
    assert.deepEqual(await transfersLeft(process.pid, idleSeconds * 6000), []);
    reader.destroy();
  });

  it('may keep a connection open between two requests for longer', async () => {
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
    const ask = 'GET /admin/big.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: x\r\n\r\n';
    socket.write(ask);
    await once(socket, 'data');
    await new Promise((resolve) => setTimeout(resolve, (idleSeconds + 2) * 1000));
    socket.write(ask);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200/);
    socket.destroy();
  });
});
