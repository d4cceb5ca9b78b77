/**
 * From starting the process to listening, on an empty data folder and on one that was used before, against a Node that does
 * nothing; and what hub and runner hold in memory when nobody asks for anything.
 *
 *   npm run bench start [rounds]
 */

import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHub } from './support/hub.js';
import { print, printTable, timed } from './support/measure.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 7);
const settleMs = 5000;
const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`;

await withFolder(async (folder) => {
  const nothing: number[] = [];
  const empty: number[] = [];
  const used: number[] = [];
  for (let round = 0; round < rounds; round++) {
    nothing.push(await timed(() => run(process.execPath, ['--eval', '0'], folder)));
    const data = path.join(folder, `round-${round}`);
    await mkdir(data);
    for (const times of [empty, used]) {
      const hub = await startHub(data);
      times.push(hub.startedMs);
      await hub.stop();
    }
    await rm(data, { recursive: true });
  }
  printTable(
    { 'node --eval 0': nothing, 'listening, empty folder': empty, 'listening, used folder': used },
    { floor: 'node --eval 0', digits: 0, toHold: { 'listening, empty folder': '1000 ms' } },
  );

  const hub = await startHub(folder);
  await sleep(settleMs);
  const { hub: own, children } = hub.memory();
  await hub.stop();
  print(
    `idle: hub ${mebibytes(own)}, runner ${mebibytes(children)}, together ${mebibytes(own + children)} (to hold: 200 MiB)`,
  );
});
