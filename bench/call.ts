/**
 * What one inference call costs over HTTP: `POST /models/{id}` with the real MiniLM, pushed with git and git-lfs, 128 tokens,
 * one kept connection, no answer cache, against tokenising and a raw `session.run` in this process, in turns of
 * twenty calls: as it is served, compiled from its float32 weights, and its pushed int8 graph, of which the way is a larger part.
 *
 *   HUBSTEAD_TEST_SHARED=… npm run bench call [rounds]
 */

import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from './support/http.js';
import { type BenchHub, startHub } from './support/hub.js';
import { inTurns, print, printTable } from './support/measure.js';
import { compileCopy, minilmFolder, pushedGraph, rawMinilm, text } from './support/minilm.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 200);
const inRow = 20;

const model = minilmFolder();
if (model) await withFolder((folder) => measure(model, folder));
else print('skipped: HUBSTEAD_TEST_SHARED names the folder with models-real/all-MiniLM-L6-v2');

async function measure(model: string, folder: string): Promise<void> {
  const hub = await startHub(folder);
  try {
    const compiled = path.join(folder, 'compiled');
    const graph = await compileCopy(model, compiled);
    await push(compiled, `${hub.remote}/admin/float32`);
    await compare('float32, compiled', await rawMinilm(compiled, graph), hub, 'float32');
    const pushed = path.join(folder, 'pushed');
    // With the float32 weights beside it the hub would compile them.
    await cp(model, pushed, { recursive: true, filter: (file) => !file.endsWith('.safetensors') });
    await push(pushed, `${hub.remote}/admin/int8`);
    await compare('int8, pushed', await rawMinilm(model, pushedGraph), hub, 'int8');
  } finally {
    await hub.stop();
  }
}

/** Both ways run the same graph. */
async function compare(name: string, raw: (text: string) => Promise<void>, hub: BenchHub, id: string): Promise<void> {
  const connection = connect();
  const ask = async (): Promise<void> => {
    const url = `${hub.url}/models/admin/${id}/pipeline/feature-extraction`;
    await connection.send('POST', url, { inputs: text }, { 'X-Use-Cache': 'false' });
  };
  const samples = await inTurns(
    { 'tokenise + session.run': { run: () => raw(text) }, 'POST /models/{id}': { run: ask } },
    { rounds: Math.ceil(rounds / inRow), warmUp: 2, inRow },
  );
  connection.close();
  print(`\n${name}`);
  printTable(samples, { floor: 'tokenise + session.run', digits: 2, toHold: { 'POST /models/{id}': '1.10' } });
}

async function push(folder: string, remote: string): Promise<void> {
  await run('git', ['init', '--quiet', '--initial-branch=main', folder], path.dirname(folder));
  await run('git', ['lfs', 'install', '--local'], folder);
  await run('git', ['lfs', 'track', '*.onnx', '*.safetensors'], folder);
  // What was compiled here for the floor is not pushed.
  await writeFile(path.join(folder, '.git', 'info', 'exclude'), 'compiled-*\n');
  await run('git', ['add', '--all'], folder);
  await run('git', ['commit', '--quiet', '--message=as published'], folder);
  await run('git', ['push', remote, 'main'], folder);
}
