import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { git } from '../../indexer/repository/gitCommand.js';
import type { Snapshots } from '../../indexer/repository/snapshots.js';
import { followFirstBranch } from '../git/firstBranch.js';
import type { Services } from '../services.js';
import { collectGarbage } from './collectGarbage.js';
import { sweepLeftovers } from './sweepLeftovers.js';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Each ref is a file: with 20,000 of them a page took two seconds. A few stay so, since reading a file needs no git. */
const manyRefs = 500;
/** By then git processes that outlived a killed hub have ended too: their client is gone. */
const leftoversAfterMs = 60_000;

/** Heals at the start what a killed hub left. Sweeps pending repositories every hour; repacks, frees LFS objects and old snapshots at the set interval. */
export function startMaintenance(services: Services, snapshots: Snapshots): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  const run = (what: string, work: () => Promise<unknown>): void => {
    running = running
      .then(async () => {
        if (!isClosed) await work();
      })
      .catch((error: unknown) => services.log.error(`${what} failed`, { error }));
  };
  const startedAtMs = Date.now();
  run('sweeping pending repositories', () => sweepPending(services));
  run('freeing removed repositories', () => services.repositories.finishRemovals());
  const leftovers = setTimeout(() => {
    run('sweeping leftovers', () => sweepAllLeftovers(services, startedAtMs, () => isClosed));
  }, leftoversAfterMs).unref();
  const hourly = setInterval(() => run('sweeping pending repositories', () => sweepPending(services)), hourMs).unref();
  const repack = setInterval(() => {
    run('sweeping leftovers', () => sweepAllLeftovers(services, Date.now() - dayMs, () => isClosed));
    run('repacking', () => repackAll(services, () => isClosed));
    run('freeing what came by Xet', () => services.xet.collect(Date.now()));
    run('freeing LFS objects', () => collectGarbage(services, Date.now()));
    run('sweeping snapshots', () => snapshots.sweep());
  }, services.options.maintenance.repackHours * hourMs).unref();
  return {
    async close() {
      isClosed = true;
      clearTimeout(leftovers);
      clearInterval(hourly);
      clearInterval(repack);
      await running;
    },
  };
}

/** A pending repository that got refs (the hub was killed between the push and its hook) becomes real; others go after a day. */
export async function sweepPending({ catalog, repositories, indexer }: Services): Promise<void> {
  for (const row of catalog.pendingOlderThan(0)) {
    const refs = repositories.exists(row.ref) ? await repositories.open(row.ref).refs() : [];
    if (refs.length > 0) {
      const names = refs.map((ref) => ref.name);
      await followFirstBranch(repositories, row.ref, names);
      catalog.activate(row.id);
      await indexer.reindex(row.ref);
      continue;
    }
    // Asked again: a push may have come while its refs were looked for.
    const pending = catalog.byId(row.id);
    if (pending?.state !== 'pending' || pending.createdAtMs >= Date.now() - dayMs) continue;
    catalog.remove(row.id);
    await repositories.remove(row.ref);
  }
}

async function sweepAllLeftovers(
  { catalog, data, log }: Services,
  beforeMs: number,
  stop: () => boolean,
): Promise<void> {
  for (const row of catalog.all()) {
    if (stop()) return;
    const removed = await sweepLeftovers(data.repository(row.ref), beforeMs);
    if (removed.length > 0)
      log.warn('leftovers of a killed git were removed', { repo: `${row.ref.owner}/${row.ref.name}`, removed });
  }
}

export async function repackAll({ catalog, data, repositories, log }: Services, stop: () => boolean): Promise<void> {
  for (const row of catalog.all()) {
    if (stop()) return;
    if (!repositories.exists(row.ref)) continue;
    await repack(data.repository(row.ref)).catch((error: unknown) => {
      log.warn('a repository could not be repacked', { repo: `${row.ref.owner}/${row.ref.name}`, error });
    });
  }
}

async function repack(folder: string): Promise<void> {
  await git(folder, ['repack', '-d', '-l', '-q', '--geometric=2', '--write-midx'], { timeoutMs: hourMs });
  const refs = await readdir(path.join(folder, 'refs'), { recursive: true });
  if (refs.length > manyRefs) await git(folder, ['pack-refs', '--all'], { timeoutMs: hourMs });
}
