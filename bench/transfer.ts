/**
 * 1 GB in ten files by Python's `upload_folder`, with Xet as it is installed and without (Git LFS), and back by
 * `snapshot_download`, against the same bytes sent to and got from a bare server of Node, one file after the other by curl.
 *
 *   HUBSTEAD_TEST_PYTHON=… npm run bench transfer [rounds]
 */

import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { testEnvironment } from '../config/env.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable } from './support/measure.js';
import { type Running, run, start, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 3);
const files = 10;
const fileBytes = 100_000_000;
const mebibyte = 1_048_576;

const client = `import os, sys
what, url, token, home, folder, repo, xet = sys.argv[1:]
os.environ.update(HF_ENDPOINT=url, HF_HOME=home, HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1", NO_PROXY="127.0.0.1")
if xet == "no": os.environ["HF_HUB_DISABLE_XET"] = "1"
from huggingface_hub import HfApi
api = HfApi(token=token)
if what == "up":
  api.create_repo(repo)
  api.upload_folder(repo_id=repo, folder_path=folder)
else:
  api.snapshot_download(repo, local_dir=folder)`;

const bareServer = `import http from 'node:http'; import fs from 'node:fs'; import { pipeline } from 'node:stream/promises';
const server = http.createServer(async (request, response) => {
  const file = process.argv[1] + request.url;
  if (request.method === 'PUT') { await pipeline(request, fs.createWriteStream(file)); response.end(); }
  else await pipeline(fs.createReadStream(file), response);
}).listen(0, '127.0.0.1', () => console.log(server.address().port));`;

await withFolder(async (folder) => {
  const { python } = testEnvironment();
  if (!python) return print('skipped: HUBSTEAD_TEST_PYTHON names no Python with huggingface_hub');
  const [parts, kept, got] = ['parts', 'kept', 'got'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [parts, kept]) await mkdir(made);
  const hub = await startHub(folder, { '--inference-enabled': 'false' });
  const bare = await startBare(kept);
  const names = Array.from({ length: files }, (_, at) => `${at}.dat`);
  const anew = async (): Promise<void> => {
    for (const name of names) await writeNoise(path.join(parts, name), fileBytes);
  };
  const emptied = async (): Promise<void> => {
    await rm(got, { recursive: true, force: true });
    await mkdir(got);
  };
  const curl = async (argsOf: (name: string) => readonly string[]): Promise<void> => {
    for (const name of names)
      await run('curl', ['-sf', '-H', 'Expect:', ...argsOf(name), `${bare.url}/${name}`], folder);
  };
  const python3 = (what: string, at: string, repo: string, xet: string): Promise<string> =>
    run(
      python,
      ['-W', 'ignore', '-c', client, what, hub.url, hub.token, path.join(folder, 'hf'), at, repo, xet],
      folder,
    );
  const highest = (): string => `the hub had ${(hub.memory().hubPeak / mebibyte).toFixed(0)} MiB at its highest`;
  try {
    const up = {
      'PUT to a bare server': {
        before: anew,
        run: () => curl((name) => ['-o', '/dev/null', '-T', path.join(parts, name)]),
      },
      'upload_folder by Xet': {
        before: anew,
        run: async (round: number) => void (await python3('up', parts, `admin/xet-${round}`, 'yes')),
      },
      'upload_folder by LFS': {
        before: anew,
        run: async (round: number) => void (await python3('up', parts, `admin/lfs-${round}`, 'no')),
      },
    };
    printTable(await inTurns(up, { rounds }), { floor: 'PUT to a bare server', digits: 0 });
    print(highest());
    const down = {
      'GET from a bare server': { before: emptied, run: () => curl((name) => ['-o', path.join(got, name)]) },
      snapshot_download: {
        before: emptied,
        run: async (round: number) => void (await python3('down', got, `admin/xet-${round}`, 'yes')),
      },
    };
    printTable(await inTurns(down, { rounds }), { floor: 'GET from a bare server', digits: 0 });
    print(highest());
  } finally {
    await bare.server.stop();
    await hub.stop();
  }
});

async function startBare(folder: string): Promise<{ url: string; server: Running }> {
  const server = start(process.execPath, ['--input-type=module', '--eval', bareServer, folder]);
  const port = await new Promise<string>((resolve) =>
    server.process.stdout!.once('data', (said) => resolve(`${said}`.trim())),
  );
  return { url: `http://127.0.0.1:${port}`, server };
}

async function writeNoise(file: string, sizeBytes: number): Promise<void> {
  const handle = await open(file, 'w');
  for (let left = sizeBytes; left > 0; left -= mebibyte) await handle.write(randomBytes(Math.min(left, mebibyte)));
  await handle.close();
}
