import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';

/*
 * A few megabytes of a pack may unpack into terabytes of zeros, and git has a limit for what it reads only
 * (receive.maxInputSize). So the time that git lets us wait, for taking more and then for asking the pre-receive hook, is
 * bounded by what was sent. Time that the client takes does not count.
 */

const leastMs = 20_000;
/** git takes some 20 ms. */
const msPerMebibyte = 1000;

/** Milliseconds that git may take to unpack so many bytes. */
export function unpackWithinMs(bytes: number): number {
  return leastMs + (bytes / 1_048_576) * msPerMebibyte;
}

/** Calls `late` once git has used up its time, unless the returned function was called before. */
export function limitUnpacking(body: Readable, late: (seconds: number) => void, withinMs = unpackWithinMs): () => void {
  let bytes = 0;
  let waitedMs = 0;
  let waitsSince: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    goOn();
    waitsSince = performance.now();
    const ms = withinMs(bytes);
    timer = setTimeout(() => late(Math.round(ms / 1000)), Math.max(0, ms - waitedMs));
  };
  const goOn = (): void => {
    clearTimeout(timer);
    if (waitsSince !== null) waitedMs += performance.now() - waitsSince;
    waitsSince = null;
  };
  const count = (chunk: Buffer): void => {
    goOn();
    bytes += chunk.length;
  };
  // `pipe` pauses the body while git's input is full.
  body.on('data', count).on('pause', wait).once('end', wait);
  return () => {
    goOn();
    body.off('data', count).off('pause', wait).off('end', wait);
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
