import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { executablePath } from '../../config/env.js';

/** Where a program of the machine is; null when it is not installed. Servers often stand where only root looks. */
export function findProgram(name: string): string | null {
  const folders = [
    ...executablePath().split(path.delimiter),
    '/usr/sbin',
    '/usr/lib/git-core',
    '/usr/libexec/git-core',
  ];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}

/** Gives the work a folder of its own and removes it afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end with an environment that no setting of the machine reaches. @throws Error with its output */
export function run(program: string, args: readonly string[], folder: string): Promise<string> {
  const env = {
    PATH: executablePath(),
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Bench',
    GIT_AUTHOR_EMAIL: 'bench@example.org',
    GIT_COMMITTER_NAME: 'Bench',
    GIT_COMMITTER_EMAIL: 'bench@example.org',
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, env, maxBuffer: 64 * 1_048_576 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args[0]}: ${stderr || error.message}`));
      else resolve(stdout);
    });
  });
}

export interface Running {
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a server that runs until it is stopped or the benchmark ends, however it ends. */
export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  folder?: string,
): Running {
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: executablePath(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  return {
    process: child,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
