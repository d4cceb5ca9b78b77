/**
 * `GET /api/models` as `list_models` asks it, on a hundred thousand models: filters, searches, sorts, files, pages deep in the list.
 * Each round asks with other words, as many people do. Beside it a bare Express server that says "hello", and what a program
 * gets that reads the index by SQL.
 *
 *   npm run bench list [rounds [models]]
 */

import path from 'node:path';
import Database from 'better-sqlite3';
import { startHello } from './support/hello.js';
import { connect } from './support/http.js';
import { startHub } from './support/hub.js';
import { inTurns, print, printTable, timed, type Way } from './support/measure.js';
import { withFolder } from './support/programs.js';
import { multiplyModels, seedCatalogue } from './support/seedCatalogue.js';

const rounds = Number(process.argv[2] ?? 200);
const size = Number(process.argv[3] ?? 100_000);
const copies = 50;
const languages = ['en', 'fr', 'de', 'aa', 'zh', 'ar', 'cy', 'sw'];
const words = ['bert', 'gpt', 'llama', 'tiny', 'qwen2-large', 'whisper-small', 'base-1', 'nowhere'];
const tasks = ['translation', 'text-classification', 'fill-mask', 'text-generation', 'image-classification'];
const milliseconds = '5 ms';

await withFolder(async (temporary) => {
  const folder = process.argv[4] ?? temporary;
  if (folder === temporary) {
    await (await startHub(folder)).stop();
    const models = Math.ceil(size / copies);
    const took = await timed(async () => {
      const data = path.join(folder, 'data');
      await seedCatalogue(data, { models, datasets: 10, users: 400, cardBytes: 0, whole: models });
      multiplyModels(data, copies);
    });
    print(`${size} models, seeded in ${(took / 1000).toFixed(0)} s`);
  }
  const hub = await startHub(folder, { '--inference-enabled': 'false' });
  const hello = await startHello();
  const connection = connect();
  const index = new Database(path.join(folder, 'data', 'index.sqlite'), { readonly: true });
  const mostDownloaded = index.prepare(
    `SELECT * FROM repos WHERE kind = 'model' AND private = 0 ORDER BY downloads DESC, created_at DESC, owner DESC, name DESC LIMIT 100`,
  );
  try {
    const began = performance.now();
    while ((await fetch(`${hub.url}/readyz`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
    print(`ready ${((performance.now() - began) / 1000).toFixed(1)} s after it listens`);
    const deep = await cursorAfter(hub.url, 60);
    const get = (queryOf: (round: number) => string): Way => ({
      run: async (round) =>
        void (await connection.send('GET', `${hub.url}/api/models?limit=100&${queryOf(Math.abs(round))}`)),
    });
    const of = (list: readonly string[], round: number): string => list[round % list.length]!;
    const ways: Record<string, Way> = {
      'express, hello': { run: async () => void (await connection.send('GET', hello.url)) },
      'SQLite, 100 rows': {
        run: async () => void JSON.stringify(mostDownloaded.all()),
      },
      '100 models': get(() => 'sort=downloads'),
      'by language': get((round) => `filter=${of(languages, round)}`),
      'by task and library': get((round) => `pipeline_tag=${of(tasks, round)}&library=spacy&sort=likes`),
      'by three tags': get((round) => `filter=safetensors&filter=bert&filter=tag-${round % 40}`),
      'by a rare tag': get((round) => `filter=tag-${2000 + round}`),
      'by author': get((round) => `author=u${round % 100}&sort=lastModified`),
      'by search': get((round) => `search=${of(words, round)}`),
      'by search of two words': get((round) => `search=${of(words, round)}%20${round % 90}&sort=createdAt`),
      'by parameters': get((round) => `num_parameters=min:${1 + (round % 5)}B,max:7B&sort=num_parameters`),
      'oldest first': get(() => 'sort=createdAt&direction=1'),
      'page 61': get(() => `sort=downloads&cursor=${deep}`),
      cards: get((round) => `cardData=true&filter=${of(languages, round)}`),
      full: get((round) => `full=true&filter=${of(languages, round)}`),
    };
    const toHold = Object.fromEntries(
      Object.keys(ways)
        .slice(2)
        .map((name) => [name, milliseconds]),
    );
    for (const [name, way] of Object.entries(ways))
      print(`${name}: first ${(await timed(() => way.run(0))).toFixed(1)} ms`);
    printTable(await inTurns(ways, { rounds, warmUp: 5 }), {
      floor: 'express, hello',
      digits: 2,
      parts: [0.1, 0.99],
      toHold,
    });
    print(`memory of the hub: ${(hub.memory().hub / 2 ** 20).toFixed(0)} MiB`);
  } finally {
    index.close();
    connection.close();
    await hello.server.stop();
    await hub.stop();
  }
});

/** Where the page after so many begins. */
async function cursorAfter(url: string, pages: number): Promise<string> {
  let next = `${url}/api/models?limit=100&sort=downloads`;
  for (let page = 0; page < pages; page++) {
    const answer = await fetch(next);
    await answer.arrayBuffer();
    next = /<(.*?)>/.exec(answer.headers.get('Link') ?? '')![1]!;
  }
  return new URL(next).searchParams.get('cursor')!;
}
