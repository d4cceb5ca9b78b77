import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dataFolder } from '../../config/dataFolder.js';
import { loadOptions } from '../../config/loadOptions.js';
import { createLog } from '../../config/log.js';
import { createHub, type Hub } from '../../server/app.js';
import { commands } from '../../server/commands/index.js';
import { holderOf } from '../../server/control/lock.js';

describe('the start of a hub', function () {
  this.timeout(60_000);
  let root: string;
  let hubs: Hub[];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'start-'));
    hubs = [];
  });
  afterEach(async () => {
    for (const hub of hubs) await hub.close();
    rmSync(root, { recursive: true, force: true });
  });

  const folder = (): string => path.join(root, 'data');
  async function start(flags: Readonly<Record<string, string>> = {}, quiet = false): Promise<Hub> {
    const all = { '--port': '0', '--data-dir': folder(), '--inference-enabled': 'false', ...flags };
    const options = loadOptions({ flags: all, environment: {}, workingFolder: root });
    const hub = await createHub(options, { log: createLog('silent'), quiet });
    hubs.push(hub);
    return hub;
  }

  it('keeps what is pushed, passwords and the first token from other people of the machine', async () => {
    const { services } = await start();
    const mode = (file: string): number => statSync(file).mode & 0o777;
    assert.equal(mode(folder()), 0o700);
    for (const file of [services.data.firstRunFile, services.data.secretFile]) assert.equal(mode(file), 0o600);
  });

  it('prints a clone line only for what is there to clone, and what is preset as it can be pasted', async () => {
    const { firstRun } = await start({ '--admin-password': 'short', '--admin-token': 'a@b', '--demo': 'false' });
    assert.match(firstRun!.text, /password {2}short\n {2}token {5}a@b\n/);
    assert.match(firstRun!.text, /git push http:\/\/admin:a%40b@127\.0\.0\.1:\d+\/admin\/my-model main\n/);
    assert.doesNotMatch(firstRun!.text, /demo-sentiment/);
  });

  it('makes the administrator although people were added before, but none beside another', async () => {
    const before = await start({}, true);
    await commands['user add'](before.services, { name: 'ada' });
    await before.close();
    assert.equal((await start()).firstRun?.user, 'admin');
    await hubs.at(-1)!.close();
    assert.equal((await start()).firstRun, null);
  });

  for (const [what, args] of [
    ['somebody administers it already', { name: 'grace', admin: true }],
    ['the name is an ordinary person’s', { name: 'Admin' }],
  ] as const) {
    it(`makes no administrator where ${what}`, async () => {
      const before = await start({}, true);
      await commands['user add'](before.services, args);
      await before.close();
      assert.equal((await start()).firstRun, null);
    });
  }

  it('takes a preset token by name and password, whatever it looks like', async () => {
    const { url } = await start({ '--admin-token': 'not-of-our-form', '--anonymous-read': 'false' });
    const get = (credentials: string) =>
      fetch(`${url}/api/models`, { headers: { Authorization: `Basic ${btoa(credentials)}` } });
    assert.equal((await get('admin:not-of-our-form')).status, 200);
    assert.equal((await get('admin:not-of-our-forn')).status, 401);
  });

  it('refuses a folder that another hub uses, and says which process that is', async () => {
    const { services } = await start();
    await assert.rejects(start(), { code: 'DATA_FOLDER_LOCKED', details: { folder: folder(), pid: process.pid } });
    assert.equal(holderOf(services.data)?.pid, process.pid);
  });

  it('takes a folder over whose hub was killed, though its number is another process’s now', async () => {
    await (await start()).close();
    writeFileSync(dataFolder(folder()).holderFile, JSON.stringify({ pid: process.ppid, controlSocket: '/nowhere' }));
    await start();
  });

  describe('says in one sentence', () => {
    let other: Server;
    before(async () => {
      other = createServer();
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    });
    after(() => other.close());

    it('that the port is taken', async () => {
      const { port } = other.address() as AddressInfo;
      await assert.rejects(start({ '--port': String(port) }), {
        code: 'LISTEN_FAILED',
        message: `Cannot listen on 127.0.0.1:${port}: another program listens there`,
      });
    });

    it('that the machine has no such address', async () => {
      await assert.rejects(start({ '--host': '192.0.2.1' }), { message: /this machine has no such address/ });
    });

    it('that the folder cannot be used, or a database in it', async () => {
      writeFileSync(path.join(root, 'file'), '');
      await assert.rejects(start({ '--data-dir': path.join(root, 'file', 'data') }), { code: 'DATA_UNUSABLE' });
      // Where Node's own way to make a folder and those above it never ends.
      await assert.rejects(start({ '--data-dir': '/proc/hubstead' }), { code: 'DATA_UNUSABLE' });
      await (await start()).close();
      writeFileSync(dataFolder(folder()).hubDatabase, 'no database '.repeat(100));
      await assert.rejects(start(), {
        code: 'DATABASE_UNREADABLE',
        message: /hub\.sqlite cannot be read: file is not a/,
      });
    });
  });
});
