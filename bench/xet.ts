/**
 * 1 GB in ten files by Python's `upload_folder`, which sends it by Xet, against the same bytes by curl over a link of the LFS
 * batch, whose sha256 is reckoned before, as a client has to.
 *
 *   HUBSTEAD_TEST_PYTHON=… npm run bench xet [rounds]
 */

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { testEnvironment } from '../config/env.js';
import { connect } from './support/http.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable } from './support/measure.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 3);
const files = 10;
const fileBytes = 100_000_000;
const mebibyte = 1_048_576;

const upload = `import os, sys
url, token, home, folder, repo = sys.argv[1:]
os.environ.update(HF_ENDPOINT=url, HF_HOME=home, HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1", NO_PROXY="127.0.0.1")
from huggingface_hub import HfApi
api = HfApi(token=token)
api.create_repo(repo)
api.upload_folder(repo_id=repo, folder_path=folder)`;

await withFolder(async (folder) => {
  const { python } = testEnvironment();
  if (!python) return print('skipped: HUBSTEAD_TEST_PYTHON names no Python with huggingface_hub');
  const hub = await startHub(folder, { '--inference-enabled': 'false' });
  const connection = connect();
  const authorization = `Basic ${Buffer.from(`admin:${hub.token}`).toString('base64')}`;
  const parts = path.join(folder, 'parts');
  const whole = path.join(folder, 'whole');
  await mkdir(parts);
  try {
    await connection.send('POST', `${hub.url}/api/repos/create`, { name: 'plain' }, { Authorization: authorization });
    const before = hub.memory();
    const samples = await inTurns(
      {
        'LFS by curl': {
          before: () => writeNoise(whole, files * fileBytes),
          async run() {
            const objects = [{ oid: await sha256(whole), size: files * fileBytes }];
            const url = `${hub.url}/admin/plain.git/info/lfs/objects/batch`;
            const body = { operation: 'upload', objects };
            const answer = await connection.send('POST', url, body, { Authorization: authorization });
            const { objects: found } = JSON.parse(answer.toString()) as {
              objects: { actions: { upload: { href: string } } }[];
            };
            const { href } = found[0]!.actions.upload;
            await run('curl', ['-sf', '-H', 'Expect:', '-o', '/dev/null', '-T', whole, href], folder);
          },
        },
        'upload_folder by Xet': {
          async before() {
            for (let file = 0; file < files; file++) await writeNoise(path.join(parts, `${file}.dat`), fileBytes);
          },
          async run(round) {
            const home = path.join(folder, 'hf');
            await run(
              python,
              ['-W', 'ignore', '-c', upload, hub.url, hub.token, home, parts, `admin/xet-${round}`],
              folder,
            );
          },
        },
      },
      { rounds },
    );
    print(`1 GB up, ${rounds} rounds in turns`);
    printTable(samples, { floor: 'LFS by curl', digits: 0 });
    print(`memory of the hub grew by ${((hub.memory().hubPeak - before.hub) / mebibyte).toFixed(0)} MiB at most`);
  } finally {
    connection.close();
    await hub.stop();
  }
});

async function writeNoise(file: string, sizeBytes: number): Promise<void> {
  const handle = await open(file, 'w');
  for (let left = sizeBytes; left > 0; left -= mebibyte) await handle.write(randomBytes(Math.min(left, mebibyte)));
  await handle.close();
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: mebibyte }), hash);
  return hash.digest('hex');
}
