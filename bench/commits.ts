/**
 * Commits a second over the API, one writer and eight on one repository, each commit a file of its own; none may be lost.
 * The floor: the same commits by `git fast-import` and `git update-ref`, one after the other, without policy and index.
 *
 *   npm run bench commits [commits]
 */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { startHub } from './support/hub.js';
import { print } from './support/measure.js';
import { run, withFolder } from './support/programs.js';

const count = Number(process.argv[2] ?? 200);

const linesOf = (at: string): string =>
  [
    { key: 'header', value: { summary: `write ${at}` } },
    { key: 'file', value: { path: `files/${at}.txt`, content: `content of ${at}\n`, encoding: 'utf-8' } },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n');

await withFolder(async (folder) => {
  const hub = await startHub(folder);
  try {
    const headers = { Authorization: `Bearer ${hub.token}` };
    const asks = { ...headers, 'Content-Type': 'application/json' };
    for (const writers of [1, 8]) {
      const name = `by-${writers}`;
      const made = { method: 'POST', headers: asks, body: JSON.stringify({ name }) };
      await fetch(`${hub.url}/api/repos/create`, made);
      const times: number[] = [];
      const began = performance.now();
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let at = writer; at < count; at += writers) {
            const sent = performance.now();
            const body = linesOf(String(at));
            const answer = await fetch(`${hub.url}/api/models/admin/${name}/commit/main`, {
              method: 'POST',
              headers,
              body,
            });
            if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
            await answer.arrayBuffer();
            times.push(performance.now() - sent);
          }
        }),
      );
      const seconds = (performance.now() - began) / 1000;
      const tree = await fetch(`${hub.url}/api/models/admin/${name}/tree/main/files`, { headers });
      const kept = ((await tree.json()) as unknown[]).length;
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share: number): string => `${sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(0)} ms`;
      print(
        `${writers} writer${writers > 1 ? 's' : ''}: ${count} commits, ${(count / seconds).toFixed(1)} a second, p50 ${at(0.5)}, p95 ${at(0.95)}, lost ${Math.min(count, 1000) - kept}`,
      );
    }
    print(`hub's memory at its highest: ${(hub.memory().hubPeak / 1_048_576).toFixed(0)} MiB`);
  } finally {
    await hub.stop();
  }
  const bare = path.join(folder, 'bare.git');
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare], folder);
  const began = performance.now();
  for (let at = 0; at < count; at++) await plainCommit(bare, String(at), at === 0);
  const seconds = (performance.now() - began) / 1000;
  print(`git fast-import alone: ${(count / seconds).toFixed(1)} a second`);
});

async function plainCommit(bare: string, at: string, isFirst: boolean): Promise<void> {
  const child = spawn('git', ['--git-dir', bare, 'fast-import', '--quiet', '--date-format=now'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  const from = isFirst ? '' : 'from refs/heads/main^0\n';
  const file = `M 100644 inline files/${at}.txt\ndata <<E\ncontent of ${at}\nE\n\n`;
  child.stdin.end(`commit refs/heads/main\ncommitter b <b@x> now\ndata 5\nwrite\n${from}${file}`);
  await ended;
}
