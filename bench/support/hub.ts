import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../config/projectRoot.js';
import { start } from './programs.js';

/** The built hub in a process of its own, as `npm start` runs it. */
export interface BenchHub {
  readonly url: string;
  /** `http://admin:token@host` */
  readonly remote: string;
  readonly token: string;
  /** Milliseconds from spawning the process to the line that says where it listens. */
  readonly startedMs: number;
  /** Resident and peak memory of the hub and of its children, in bytes. */
  memory(): { hub: number; hubPeak: number; children: number };
  stop(): Promise<void>;
}

const token = `hf_${'b'.repeat(34)}`;

export async function startHub(folder: string, flags: Readonly<Record<string, string>> = {}): Promise<BenchHub> {
  const main = path.join(projectRoot, 'dist', 'server', 'main.js');
  const all = { '--port': '0', '--data-dir': path.join(folder, 'data'), '--log': 'warn', '--demo': 'false', ...flags };
  const began = performance.now();
  const running = start(process.execPath, [main, 'serve', ...Object.entries(all).flat()], {
    HUBSTEAD_ADMIN_TOKEN: token,
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    running.process.once('close', () => reject(new Error(`the hub ended: ${said}`)));
    running.process.stdout!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /listens on (\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
  });
  const startedMs = performance.now() - began;
  const pid = running.process.pid!;
  return {
    url,
    remote: url.replace('://', `://admin:${token}@`),
    token,
    startedMs,
    memory: () => ({
      hub: statusBytes(pid, 'VmRSS'),
      hubPeak: statusBytes(pid, 'VmHWM'),
      children: childrenOf(pid).reduce((sum, child) => sum + statusBytes(child, 'VmRSS'), 0),
    }),
    stop: running.stop,
  };
}

/** proc(5): `/proc/PID/status` counts in kB. */
function statusBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

function childrenOf(pid: number): readonly number[] {
  const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}
