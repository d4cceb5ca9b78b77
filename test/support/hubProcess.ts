import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtOf } from '../../config/builtOf.js';
import { executablePath } from '../../config/env.js';
import { projectRoot } from '../../config/projectRoot.js';

/** What Node is told to run the hub's program. */
export const hubProgram: readonly string[] = nodeArguments(path.join(projectRoot, 'server', 'main.ts'));

/** A hub in a process of its own: to be killed, or to be measured. */
export interface HubProcess {
  readonly url: string;
  readonly pid: number;
  /** `http://admin:token@host`, with the token that `token` preset. */
  readonly remote: string;
  /** Waits until /readyz says yes, at most 60 s. */
  ready(): Promise<void>;
  /** SIGKILL to the hub and to the git children it has at that moment, as when a machine loses its power. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export const token = 'hf_abcdefghijklmnopqrstuvwxyz01234567';

export async function startHubProcess(dataDir: string, flags: readonly string[] = []): Promise<HubProcess> {
  const child = spawn(
    process.execPath,
    [
      ...hubProgram,
      'serve',
      '--port',
      '0',
      '--data-dir',
      dataDir,
      '--log',
      'warn',
      '--demo',
      'false',
      '--admin-token',
      token,
      '--storage-floor-bytes',
      '0',
      ...flags,
    ],
    { cwd: projectRoot, env: { PATH: executablePath() }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const url = await listening(child);
  const ended = once(child, 'exit');
  return {
    url,
    pid: child.pid!,
    remote: url.replace('://', `://admin:${token}@`),
    async ready() {
      for (let n = 0; n < 600; n++) {
        if ((await fetch(`${url}/readyz`)).status === 200) return;
        await wait(100);
      }
      throw new Error('the hub did not become ready');
    },
    async kill() {
      process.kill(-child.pid!, 'SIGKILL');
      await ended;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
}

function nodeArguments(source: string): readonly string[] {
  const file = fileURLToPath(builtOf(pathToFileURL(source)));
  return file === source ? ['--import=tsx', file] : [file];
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /listens on (http:\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code}: ${text}`)));
  });
}
