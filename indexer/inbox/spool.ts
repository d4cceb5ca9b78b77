import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PushJob } from '../types.js';
import { formatJob, jobFileName, parseJob } from './jobFile.js';

/**
 * Jobs of pushes as files: `new` holds what waits, `failed` what could not be read. A file is removed only after the
 * index transaction committed, so a kill at any step leaves it to be done again. The repositories are the truth: a lost
 * job is healed by reconciling.
 */
export interface Spool {
  readonly newFolder: string;
  prepare(): Promise<void>;
  write(job: Pick<PushJob, 'repo' | 'pusher' | 'refs'>): Promise<PushJob>;
  /** Waiting jobs, oldest first. Files that are no jobs are moved aside. */
  waiting(): Promise<readonly PushJob[]>;
  acknowledge(id: string): Promise<void>;
}

/** A push of a hundred thousand refs fits. */
const maxJobBytes = 32 * 1_048_576;

export function openSpool(root: string): Spool {
  const folder = (name: string): string => path.join(root, name);
  const newFolder = folder('new');
  return {
    newFolder,
    async prepare() {
      for (const name of ['tmp', 'new', 'failed']) await mkdir(folder(name), { recursive: true });
      await sweepTemporary(folder('tmp'));
    },
    async write(job) {
      const id = `${Date.now().toString().padStart(15, '0')}-hub-${randomBytes(6).toString('hex')}`;
      const temporary = path.join(folder('tmp'), jobFileName(id));
      await writeFile(temporary, formatJob(job));
      await rename(temporary, path.join(newFolder, jobFileName(id)));
      return { ...job, version: 1, id };
    },
    async waiting() {
      const jobs: PushJob[] = [];
      for (const name of (await readdir(newFolder)).sort()) {
        const file = path.join(newFolder, name);
        const found = await lstat(file).catch(() => null);
        if (found === null) continue; // done by another look in the meantime
        const isReadable = found.isFile() && found.size <= maxJobBytes;
        const text = isReadable ? await readFile(file, 'utf8').catch(() => '') : '';
        const job = parseJob(name, text);
        if (job) jobs.push(job);
        else await rename(file, path.join(folder('failed'), name)).catch(() => {});
      }
      return jobs;
    },
    async acknowledge(id) {
      await unlink(path.join(newFolder, jobFileName(id))).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
  };
}

/** Half-written files of hooks that were killed, older than a day. */
async function sweepTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file);
    if (mtimeMs < Date.now() - 86_400_000) await unlink(file);
  }
}
