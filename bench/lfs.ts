/**
 * One LFS object of 1 GiB up and down by curl, over the links that the batch API hands out, against nginx without sendfile
 * (its PUT hashes nothing) and against a copy that is flushed to the disk. Everything is read from the page cache.
 *
 *   npm run bench lfs [rounds]
 */

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { connect } from './support/http.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable } from './support/measure.js';
import { startNginx } from './support/nginx.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 3);
const sizeBytes = 1024 ** 3;
const mebibyte = 1_048_576;

interface Action {
  readonly href: string;
}

await withFolder(async (folder) => {
  const file = path.join(folder, 'weights');
  const served = path.join(folder, 'served');
  await mkdir(served);
  await writeNoise(file);
  const nginx = await startNginx(
    folder,
    `root ${served}; sendfile off; client_max_body_size 0; location / { dav_methods PUT; }`,
  );
  if (!nginx) return print('skipped: needs nginx');
  const hub = await startHub(folder);
  const connection = connect();
  const authorization = `Basic ${Buffer.from(`admin:${hub.token}`).toString('base64')}`;
  let oid = '';

  async function link(operation: 'upload' | 'download'): Promise<string> {
    const body = { operation, objects: [{ oid, size: sizeBytes }] };
    const url = `${hub.url}/admin/large.git/info/lfs/objects/batch`;
    const answer = await connection.send('POST', url, body, { Authorization: authorization });
    const { objects } = JSON.parse(answer.toString()) as { objects: { actions: Record<string, Action> }[] };
    return objects[0]!.actions[operation]!.href;
  }
  const put = (url: string) => run('curl', ['-sf', '-H', 'Expect:', '-o', '/dev/null', '-T', file, url], folder);
  const get = (url: string) => run('curl', ['-sf', '-o', '/dev/null', url], folder);

  try {
    let href = '';
    const before = hub.memory();
    const up = await inTurns(
      {
        'cp + fsync': {
          run: () => copyFlushed(file, path.join(folder, 'copy')),
        },
        'sha256 alone': {
          run: async () => void (await sha256(file)),
        },
        'nginx PUT, no hash, no fsync': {
          run: async () => void (await put(`${nginx.url}/weights`)),
        },
        'hub PUT': {
          // Another object each time: one that is stored would not be taken again.
          async before() {
            if (oid) await rm(path.join(folder, 'data', 'lfs', 'objects'), { recursive: true, force: true });
            await changeFirstBytes(file);
            oid = await sha256(file);
            href = await link('upload');
          },
          run: async () => void (await put(href)),
        },
      },
      { rounds },
    );
    print(`1 GiB up, ${rounds} rounds in turns`);
    printTable(up, { floor: 'cp + fsync', digits: 0 });
    const nginxGet = async (): Promise<void> => void (await get(`${nginx.url}/weights`));
    href = await link('download');
    const down = await inTurns(
      { 'nginx GET, sendfile off': { run: nginxGet }, 'hub GET': { run: async () => void (await get(href)) } },
      { rounds: rounds * 2, warmUp: 1 },
    );
    print(`1 GiB down, ${rounds * 2} rounds in turns`);
    printTable(down, { floor: 'nginx GET, sendfile off', digits: 0, toHold: { 'hub GET': '1.25' } });
    const growth = (hub.memory().hubPeak - before.hub) / mebibyte;
    print(`memory of the hub grew by ${growth.toFixed(0)} MiB at most (to hold: 64 MiB)`);
  } finally {
    connection.close();
    await hub.stop();
    await nginx.stop();
  }
});

async function writeNoise(file: string): Promise<void> {
  const handle = await open(file, 'w');
  for (let written = 0; written < sizeBytes; written += mebibyte) await handle.write(randomBytes(mebibyte));
  await handle.close();
}

async function changeFirstBytes(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(randomBytes(16), 0, 16, 0);
  await handle.close();
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: mebibyte }), hash);
  return hash.digest('hex');
}

async function copyFlushed(from: string, to: string): Promise<void> {
  await run('cp', ['--reflink=never', from, to], path.dirname(to));
  await run('sync', [to], path.dirname(to));
  await rm(to);
}
