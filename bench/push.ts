/**
 * What the hub's checks, index and report add to `git push`: the same small commits pushed with the same client to the
 * hub and to a bare `git http-backend` behind nginx and fcgiwrap, in turns. Both ask for a password.
 *
 *   npm run bench push [rounds]
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable, type Way } from './support/measure.js';
import { startGitBackend } from './support/nginx.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 200);

const card = (round: number): string => `---
language: en
license: apache-2.0
pipeline_tag: text-classification
tags:
- bench
datasets:
- imdb
---

# A small model

Change ${round}.
`;

const config = JSON.stringify({
  architectures: ['DistilBertForSequenceClassification'],
  model_type: 'distilbert',
  id2label: { 0: 'NEGATIVE', 1: 'POSITIVE' },
});

/** A valid file of four float32 values (safetensors: length of the header, header, data). */
function safetensors(): Buffer {
  const header = Buffer.from('{"weight":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(16)]);
}

/** A working copy that pushes one small commit a round. */
async function pusher(folder: string, remote: string): Promise<Way> {
  await run('git', ['init', '--quiet', '--initial-branch=main', folder], path.dirname(folder));
  await run('git', ['remote', 'add', 'origin', remote], folder);
  await writeFile(path.join(folder, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  await writeFile(path.join(folder, 'config.json'), config);
  await writeFile(path.join(folder, 'model.safetensors'), safetensors());
  return {
    async before(round) {
      await writeFile(path.join(folder, 'README.md'), card(round));
      await run('git', ['add', '--all'], folder);
      await run('git', ['commit', '--quiet', `--message=change ${round}`], folder);
    },
    async run() {
      await run('git', ['push', 'origin', 'main'], folder);
    },
  };
}

await withFolder(async (folder) => {
  const at = (name: string): string => path.join(folder, name);
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', at('bare.git')], folder);
  await run('git', ['--git-dir', at('bare.git'), 'config', 'http.receivepack', 'true'], folder);
  const bare = await startGitBackend(folder, folder, { name: 'admin', password: 'bench' });
  if (!bare) return print('skipped: needs nginx, fcgiwrap and git-http-backend');
  const hub = await startHub(folder);
  try {
    const peer = `${bare.url.replace('://', '://admin:bench@')}/bare.git`;
    const ways = {
      'git http-backend': await pusher(at('to-bare'), peer),
      hub: await pusher(at('to-hub'), `${hub.remote}/admin/small`),
    };
    const samples = await inTurns(ways, { rounds, warmUp: 5 });
    print(`${rounds} pushes of one small commit, in turns`);
    printTable(samples, { floor: 'git http-backend', toHold: { hub: '1.30' } });
  } finally {
    await hub.stop();
    await bare.stop();
  }
});
