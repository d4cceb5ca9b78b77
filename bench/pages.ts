/**
 * Server time of pages over one kept connection, beside a bare Express server that says "hello": on a catalogue of the fixture
 * repositories of the tests and 10,000 models, 1,000 datasets and 10,000 users. Each round asks for another model, filter or
 * page, as many people do; only cards were rendered before. A list after a push is one whose counts nobody asked for since.
 *
 *   npm run bench pages [rounds [models]]
 */

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startFixtureHub } from '../test/support/fixtureHub.js';
import { until } from '../test/support/until.js';
import { startHello } from './support/hello.js';
import { connect } from './support/http.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable, timed, type Way } from './support/measure.js';
import { run, withFolder } from './support/programs.js';
import { seedCatalogue, wholeRepositories } from './support/seedCatalogue.js';

const rounds = Number(process.argv[2] ?? 200);
const size = Number(process.argv[3] ?? 10_000);
const filters = [
  'language=en',
  'pipeline_tag=translation',
  'library=transformers,pytorch',
  'license=mit',
  'search=bert',
];

await withFolder(async (folder) => {
  const data = path.join(folder, 'data');
  const fixtures = await startFixtureHub({ '--data-dir': data });
  const { token } = fixtures;
  await fixtures.close();
  const began = performance.now();
  const { models, datasets, session } = await seedCatalogue(data, { models: size, datasets: size / 10, users: size });
  print(`seeded in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const hub = await startHub(folder, { '--inference-measure': 'false' });
  const hello = await startHello();
  const connection = connect();
  const admin = { Cookie: session };
  try {
    await until('the hub is ready', () =>
      connection.send('GET', `${hub.url}/readyz`).then(
        () => true,
        () => false,
      ),
    );
    const open = models.filter((_, number) => number % 50 !== 7).slice(0, wholeRepositories - 2);
    const get =
      (pageOf: (round: number) => string, headers = {}): Way['run'] =>
      async (round) =>
        void (await connection.send('GET', hub.url + pageOf(Math.abs(round)), undefined, headers));
    for (const page of ['/', '/models', '/datasets', `/${open[0]}`])
      print(`${page}: first request ${(await timed(() => get(() => page)(0))).toFixed(1)} ms`);
    for (const [number] of open.entries()) await get(() => `/${open[number]}`)(0);
    const page = (round: number): string => `p=${1 + (round % Math.floor(size / 40))}`;
    const ways: Record<string, Way> = {
      'express, hello': { run: async () => void (await connection.send('GET', hello.url)) },
      '/healthz': { run: get(() => '/healthz') },
      '/': { run: get(() => '/') },
      '/models': { run: get((round) => `/models?${page(round)}`) },
      '/models, packed': { run: get((round) => `/models?${page(round)}`, { 'Accept-Encoding': 'gzip' }) },
      '/models, filtered': { run: get((round) => `/models?${filters[round % filters.length]}&p=${1 + (round % 10)}`) },
      '/datasets': { run: get((round) => `/datasets?p=${1 + (round % 30)}`) },
      'model page': { run: get((round) => `/${open[round % open.length]}`) },
      'dataset page': { run: get((round) => `/datasets/${datasets[round % 5]}`) },
      '/-/admin/users': { run: get((round) => `/-/admin/users?${page(round)}`, admin) },
      '/-/admin/repos': { run: get((round) => `/-/admin/repos?${page(round)}`, admin) },
    };
    const toHold = { '/models': '10 ms', '/models, filtered': '10 ms', '/datasets': '10 ms', 'model page': '5 ms' };
    printTable(await inTurns(ways, { rounds, warmUp: 20 }), { floor: 'express, hello', digits: 2, toHold });
    const push = await pusher(folder, hub.url.replace('://', `://admin:${token}@`));
    const afterPush: Record<string, Way> = {
      'express, hello': ways['express, hello']!,
      '/models, after a push': { before: push, run: get(() => '/models') },
      '/models, filtered, after a push': {
        before: push,
        run: get((round) => `/models?${filters[round % filters.length]}`),
      },
      '/datasets, after a push': { before: push, run: get(() => '/datasets') },
    };
    printTable(await inTurns(afterPush, { rounds: Math.ceil(rounds / 10) }), { floor: 'express, hello', digits: 2 });
    print(`memory of the hub: ${(hub.memory().hub / 2 ** 20).toFixed(0)} MiB`);
  } finally {
    connection.close();
    await hello.server.stop();
    await hub.stop();
  }
});

/** Pushes a small change of one model each time. */
async function pusher(folder: string, remote: string): Promise<(round: number) => Promise<void>> {
  const copy = path.join(folder, 'copy');
  await run('git', ['init', '--quiet', '--initial-branch=main', copy], folder);
  let count = 0;
  return async () => {
    await writeFile(path.join(copy, 'README.md'), `---\nlicense: mit\ntags: [change-${count++}]\n---\n# Pushed\n`);
    await run('git', ['add', '--all'], copy);
    await run('git', ['commit', '--quiet', '--message=change'], copy);
    await run('git', ['push', '--quiet', `${remote}/admin/pushed`, 'main'], copy);
  };
}
