import { execFile } from 'node:child_process';
import { access, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { executablePath } from '../../config/env.js';
import { repoId } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';

const run = promisify(execFile);

/** Compares what belongs together, step by step. Reads only. @returns one line per fault, with its remedy */
type Step = (services: Services) => Promise<readonly string[]>;

const steps: readonly Step[] = [tools, disk, secrets, spool, repositories, objects];

/** The hub sweeps the spool every few seconds: a job that is older waits for something. */
const jobMayWaitMs = 60_000;

/** @returns lines to print: every fault with its remedy, and the sum; and whether there was a fault */
export async function diagnose(services: Services): Promise<{ output: string; failed: boolean }> {
  const faults: string[] = [];
  for (const step of steps) faults.push(...(await step(services)));
  const sum = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  const lines = [...faults.map((fault) => `! ${fault}`), faults.length === 0 ? 'everything is in order' : sum];
  return { output: lines.join('\n'), failed: faults.length > 0 };
}

/** git serves and reads repositories. */
async function tools(): Promise<string[]> {
  const faults: string[] = [];
  for (const tool of ['git']) {
    await run(tool, ['--version'], { env: { PATH: executablePath() }, timeout: 10_000 }).catch(() => {
      faults.push(`${tool} does not run: install it, or put it on the PATH of the hub`);
    });
  }
  return faults;
}

async function disk(services: Services): Promise<string[]> {
  return requireFreeDisk(services).then(
    () => [],
    (error: Error) => [`${services.data.root}: ${error.message}`],
  );
}

async function secrets({ data }: Services): Promise<string[]> {
  const faults: string[] = [];
  for (const file of [data.secretFile, data.firstRunFile]) {
    const found = await stat(file).catch(() => null);
    if (found && (found.mode & 0o077) !== 0) faults.push(`${file}: others may read it; run "chmod 600 ${file}"`);
  }
  return faults;
}

/** Pushes that were not indexed yet, and files in their place that are none. */
async function spool({ data }: Services): Promise<string[]> {
  const inSpool = async (folder: string): Promise<string[]> => {
    const names = await readdir(path.join(data.spool, folder)).catch(() => []);
    return names.map((name) => path.join(data.spool, folder, name));
  };
  const faults: string[] = [];
  for (const file of await inSpool('new')) {
    const found = await stat(file).catch(() => null);
    if (!found || Date.now() - found.mtimeMs < jobMayWaitMs) continue;
    faults.push(`${file}: this push is not indexed; the log says why, "hubstead reindex" tries again`);
  }
  for (const file of await inSpool('failed'))
    faults.push(`${file}: this is no job of a push; run "hubstead reindex" and delete it`);
  return faults;
}

async function repositories(services: Services): Promise<string[]> {
  const faults: string[] = [];
  for (const row of services.catalog.all()) faults.push(...(await repository(services, row)));
  return faults;
}

async function repository(services: Services, row: RepoRow): Promise<string[]> {
  const id = repoId(row.ref);
  if (!services.repositories.exists(row.ref))
    return [`${id}: its repository is not on the disk; restore it from a backup`];
  if (row.state === 'pending') return [];
  const opened = services.repositories.open(row.ref);
  const head = await opened.resolve(`refs/heads/${await opened.defaultBranch()}`).catch(() => null);
  const indexed = services.index.get(row.ref)?.head ?? null;
  return indexed === head ? [] : [`${id}: the index is behind; run "hubstead reindex ${id}"`];
}

async function objects({ catalog, data }: Services): Promise<string[]> {
  const faults: string[] = [];
  for (const row of catalog.all()) {
    for (const { oid } of catalog.lfsGrants(row.id)) {
      await access(data.lfsObject(oid)).catch(() => {
        faults.push(
          `${repoId(row.ref)}: LFS object ${oid.slice(0, 12)} is missing; restore it from a backup or push it again`,
        );
      });
    }
  }
  return faults;
}
