/**
 * Server time of the pages that are asked for most, over one kept connection, against the smallest answer that the same
 * server gives (`/healthz`: HTTP and routing, nothing drawn). The first request of each page stands apart: it fills caches.
 *
 *   npm run bench pages [rounds]
 */

import { cp } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../config/projectRoot.js';
import { connect } from './support/http.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable, timed, type Way } from './support/measure.js';
import { run, withFolder } from './support/programs.js';

const rounds = Number(process.argv[2] ?? 200);
const models = 30;

await withFolder(async (folder) => {
  const hub = await startHub(folder);
  const connection = connect();
  try {
    for (let number = 0; number < models; number++) await pushModel(path.join(folder, `copy-${number}`), number);
    const ways: Record<string, Way> = {};
    for (const page of ['/healthz', '/', '/models', '/admin/model-0']) {
      const get = async (): Promise<void> => void (await connection.send('GET', hub.url + page));
      print(`${page}: first request ${(await timed(get)).toFixed(1)} ms`);
      ways[page] = { run: get };
    }
    const samples = await inTurns(ways, { rounds, warmUp: 20 });
    printTable(samples, { floor: '/healthz', digits: 2, toHold: { '/admin/model-0': '5 ms, 0.5 ms when cached' } });
  } finally {
    connection.close();
    await hub.stop();
  }

  async function pushModel(copy: string, number: number): Promise<void> {
    await cp(path.join(projectRoot, 'server', 'demo', 'demoCard.md'), path.join(copy, 'README.md'));
    await run('git', ['init', '--quiet', '--initial-branch=main', copy], folder);
    await run('git', ['add', '--all'], copy);
    await run('git', ['commit', '--quiet', '--message=first'], copy);
    await run('git', ['push', `${hub.remote}/admin/model-${number}`, 'main'], copy);
  }
});
