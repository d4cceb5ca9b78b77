import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

/*
 * A few kilobytes of a pack may unpack into terabytes of zeros, and git has a limit for what it reads only
 * (receive.maxInputSize). So the time from the end of the body to the pre-receive hook is bounded by the body's size.
 */

const leastMs = 20_000;
/** git takes some 20 ms. */
const msPerMebibyte = 1000;

/** Milliseconds that git may take to unpack so many bytes. */
export function unpackWithinMs(bytes: number): number {
  return leastMs + (bytes / 1_048_576) * msPerMebibyte;
}

/** Calls `late` when `done` was not called so long after the body's end. @returns done */
export function limitUnpacking(body: Readable, late: (seconds: number) => void, withinMs = unpackWithinMs): () => void {
  let bytes = 0;
  let isDone = false;
  let timer: NodeJS.Timeout | undefined;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  body.once('end', () => {
    const ms = withinMs(bytes);
    if (!isDone) timer = setTimeout(() => late(Math.round(ms / 1000)), ms);
  });
  return () => {
    isDone = true;
    clearTimeout(timer);
  };
}

/**
 * SIGKILL for a process and what it started: a git that unpacks has read its input, and would not notice that its parent
 * is gone. The list is that of proc(5), `/proc/PID/task/PID/children`.
 */
export function killTree(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  for (const pid of [child.pid, ...descendantsOf(child.pid)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}

function descendantsOf(pid: number): readonly number[] {
  const children = childrenOf(pid);
  return children.flatMap((one) => [one, ...descendantsOf(one)]);
}

function childrenOf(pid: number): readonly number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
