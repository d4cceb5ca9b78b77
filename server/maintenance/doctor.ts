import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { executablePath } from '../../config/env.js';
import { repoId } from '../../config/repo.js';
import type { RepoRow } from '../accounts/types.js';
import type { Services } from '../services.js';
import { requireFreeDisk } from '../storage/freeDisk.js';
import { gitFault } from './gitFaults.js';
import { lfsFaults } from './lfsFaults.js';
import { findLeftovers } from './sweepLeftovers.js';

const run = promisify(execFile);

/** How closely to look: `deep` reads every stored byte. */
interface Look {
  readonly deep: boolean;
}

/** Compares what belongs together, step by step. Reads only. @returns one line per fault, with its remedy */
type Step = (services: Services, look: Look) => Promise<readonly string[]>;

const steps: readonly Step[] = [
  tools,
  disk,
  secrets,
  spool,
  repositories,
  (services, { deep }) => lfsFaults(services, deep),
];
/** What is worth a line and is no fault of this hub's data. */
const advice: readonly Step[] = [lfsClient, leftovers];

/** The hub sweeps the spool every few seconds: a job that is older waits for something. */
const jobMayWaitMs = 60_000;
const hourMs = 3_600_000;
/** So many names stand in one line. */
const maxNamed = 3;

/**
 * @param args `deep` to read all that is stored and compare it with its names, too
 * @returns lines to print: every fault with its remedy (`!`), advice (`-`), and the sum; and whether there was a fault
 */
export async function diagnose(
  services: Services,
  args: { readonly deep?: unknown },
): Promise<{ output: string; failed: boolean }> {
  const look = { deep: args.deep === true };
  const faults: string[] = [];
  for (const step of steps) faults.push(...(await step(services, look)));
  const advised: string[] = [];
  for (const step of advice) advised.push(...(await step(services, look)));
  const sum = faults.length === 0 ? 'everything is in order' : counted(faults.length, 'fault');
  const lines = [...faults.map((fault) => `! ${fault}`), ...advised.map((line) => `- ${line}`), sum];
  return { output: lines.join('\n'), failed: faults.length > 0 };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** git serves and reads repositories. */
async function tools(): Promise<string[]> {
  return (await runs('git', '--version')) ? [] : ['git does not run: install it, or put it on the PATH of the hub'];
}

/** The hub speaks LFS itself; who pushes from this machine needs the client. */
async function lfsClient(): Promise<string[]> {
  return (await runs('git-lfs', 'version')) ? [] : ['git-lfs is not installed: large files cannot be pushed from here'];
}

function runs(tool: string, argument: string): Promise<boolean> {
  return run(tool, [argument], { env: { PATH: executablePath() }, timeout: 10_000 }).then(
    () => true,
    () => false,
  );
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

/** Repositories that are missing or damaged, one by one, and in one line those that the index does not know as they are. */
async function repositories(services: Services, { deep }: Look): Promise<string[]> {
  const faults: string[] = [];
  const behind: string[] = [];
  for (const row of services.catalog.all()) {
    const id = repoId(row.ref);
    const broken = await repositoryFault(services, row, deep);
    if (broken) faults.push(`${id}: ${broken}`);
    else if (await isBehind(services, row)) behind.push(id);
  }
  if (behind.length > 0) faults.push(behindLine(behind));
  return faults;
}

async function repositoryFault({ repositories, data }: Services, row: RepoRow, deep: boolean): Promise<string | null> {
  if (!repositories.exists(row.ref)) return 'its repository is not on the disk; restore it from a backup';
  const complaint = await gitFault(data.repository(row.ref), deep);
  return complaint && `its repository is damaged (${complaint}); restore it from a backup, or push all of it again`;
}

async function isBehind(services: Services, row: RepoRow): Promise<boolean> {
  if (row.state === 'pending') return false;
  const head = await services.repositories.open(row.ref).head();
  return (services.index.get(row.ref)?.head ?? null) !== head;
}

function behindLine(behind: readonly string[]): string {
  const [only] = behind;
  if (behind.length === 1) return `${only}: the index is behind; run "hubstead reindex ${only}"`;
  const others = behind.length - maxNamed;
  const names = [...behind.slice(0, maxNamed), ...(others > 0 ? [`${others} more`] : [])].join(', ');
  return `the index is behind ${behind.length} repositories (${names}); run "hubstead reindex"`;
}

/** What transfers that were killed left and the next sweep has not yet removed. */
async function leftovers({ catalog, data }: Services): Promise<string[]> {
  const lines: string[] = [];
  const beforeMs = Date.now() - hourMs;
  for (const row of catalog.all()) {
    for (const name of await findLeftovers(data.repository(row.ref), beforeMs))
      lines.push(
        `${path.join(data.repository(row.ref), name)}: left by a git that was killed; the hub removes it a minute after its start, or within a day`,
      );
  }
  for (const name of await readdir(data.lfsTemporary).catch(() => [])) {
    const file = path.join(data.lfsTemporary, name);
    const found = await stat(file).catch(() => null);
    if (found && found.mtimeMs < Date.now() - 24 * hourMs)
      lines.push(`${file}: left by an upload that was cut; "hubstead gc" removes it`);
  }
  return lines;
}
