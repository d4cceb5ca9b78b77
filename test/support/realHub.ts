import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { executablePath } from '../../config/env.js';
import { loadOptions } from '../../config/loadOptions.js';
import { createLog } from '../../config/log.js';
import { createHub, type Hub, type HubOverrides } from '../../server/app.js';

/** A whole hub in a temporary folder, and real git beside it. */
export interface RealHub {
  readonly hub: Hub;
  readonly url: string;
  readonly token: string;
  readonly folder: string;
  /** `http://admin:token@host` */
  readonly remote: string;
  /** Makes a working folder with a repository that has these files committed on main. */
  workingCopy(
    files: Readonly<Record<string, string | Buffer>>,
    options?: { branch?: string; lfs?: readonly string[] },
  ): Promise<string>;
  /** Ends the hub and starts one on the same data and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface Ran {
  readonly code: number;
  /** Standard output and error together. */
  readonly text: string;
}

export async function startRealHub(
  flags: Readonly<Record<string, string>> = {},
  changes: HubOverrides = {},
): Promise<RealHub> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hub-'));
  const options = loadOptions({
    flags: {
      '--port': '0',
      '--data-dir': path.join(folder, 'data'),
      '--log': 'silent',
      '--admin-password': 'correct horse',
      '--storage-floor-bytes': '0',
      // It would load models that a test has not asked yet.
      '--inference-measure': 'false',
      ...flags,
    },
    environment: {},
    workingFolder: folder,
  });
  // From source, the thread that checks graphs takes seconds to begin on a busy machine.
  const overrides = { log: createLog('silent'), checkWaitMs: 60_000, checkAnswers: true, ...changes };
  let hub = await createHub(options, overrides);
  const { token } = hub.firstRun!;
  const { url } = hub;
  let copies = 0;
  return {
    get hub() {
      return hub;
    },
    url,
    token,
    folder,
    remote: url.replace('://', `://admin:${token}@`),
    async workingCopy(files, { branch = 'main', lfs = [] } = {}) {
      copies += 1;
      const copy = path.join(folder, `copy-${copies}`);
      await git(folder, 'init', '--quiet', `--initial-branch=${branch}`, copy);
      if (lfs.length > 0) {
        await git(copy, 'lfs', 'install', '--local');
        await git(copy, 'lfs', 'track', ...lfs);
      }
      for (const [name, content] of Object.entries(files)) {
        const { mkdir } = await import('node:fs/promises');
        await mkdir(path.dirname(path.join(copy, name)), { recursive: true });
        await writeFile(path.join(copy, name), content);
      }
      await git(copy, 'add', '--all');
      await git(copy, 'commit', '--quiet', '--message=first');
      return copy;
    },
    async restart() {
      await hub.close();
      hub = await createHub({ ...options, port: Number(new URL(url).port) }, overrides);
    },
    async close() {
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs git as a person without settings would; never fails by itself. */
export function git(folder: string, ...args: string[]): Promise<Ran> {
  return run('git', args, folder);
}

export function run(
  program: string,
  args: readonly string[],
  folder: string,
  extra: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const env = {
    PATH: executablePath(),
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
    GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
    ...extra,
  };
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: folder, env, timeout: 60_000, maxBuffer: 64 * 1_048_576 },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) || 1 : 0, text: `${stdout}${stderr}` });
      },
    );
  });
}

/** The `remote:` lines of a push, without the prefix and the padding git adds. */
export function remoteLines(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote: '.length).trimEnd())
    .join('\n')
    .trim();
}
