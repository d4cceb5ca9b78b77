/**
 * What one inference call costs over HTTP: `POST /models/{id}` with the real MiniLM, pushed with git and git-lfs, 128 tokens,
 * one kept connection, no answer cache, against tokenising and a raw `session.run` in this process, in turns of
 * twenty calls.
 *
 *   HUBSTEAD_TEST_SHARED=… npm run bench call [rounds]
 */

import { cp } from 'node:fs/promises';
import path from 'node:path';
import { connect } from './support/http.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable } from './support/measure.js';
import { minilmFolder, rawMinilm, text } from './support/minilm.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 200);
const inRow = 20;

const model = minilmFolder();
if (model) await withFolder((folder) => compare(model, folder));
else print('skipped: HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');

async function compare(model: string, folder: string): Promise<void> {
  const hub = await startHub(folder);
  const connection = connect();
  try {
    await pushOnnxOnly(model, path.join(folder, 'copy'), `${hub.remote}/admin/minilm`);
    const ask = async (): Promise<void> => {
      await connection.send(
        'POST',
        `${hub.url}/models/admin/minilm/pipeline/feature-extraction`,
        { inputs: text },
        { 'X-Use-Cache': 'false' },
      );
    };
    const samples = await inTurns(
      { 'tokenise + session.run': { run: await rawMinilm(model) }, 'POST /models/{id}': { run: ask } },
      { rounds: Math.ceil(rounds / inRow), warmUp: 2, inRow },
    );
    printTable(samples, { floor: 'tokenise + session.run', digits: 2, toHold: { 'POST /models/{id}': '1.10' } });
  } finally {
    connection.close();
    await hub.stop();
  }
}

/** Both ways must run the same graph: without the float32 weights the hub takes the quantised one. */
async function pushOnnxOnly(model: string, copy: string, remote: string): Promise<void> {
  await cp(model, copy, { recursive: true, filter: (file) => !file.endsWith('.safetensors') });
  await run('git', ['init', '--quiet', '--initial-branch=main', copy], path.dirname(copy));
  await run('git', ['lfs', 'install', '--local'], copy);
  await run('git', ['lfs', 'track', '*.onnx'], copy);
  await run('git', ['add', '--all'], copy);
  await run('git', ['commit', '--quiet', '--message=as published'], copy);
  await run('git', ['push', remote, 'main'], copy);
}
