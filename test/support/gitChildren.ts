import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const transfers = /\b(upload-pack|receive-pack|index-pack|unpack-objects|pack-objects|rev-list)\b/;

/** Command lines of the git processes below a process that serve a transfer; the readers' pool does not count. */
export function gitTransfersBelow(pid: number): string[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readQuietly(`/proc/${name}/stat`);
    // The name in parentheses may hold spaces; the parent is the second field after it.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent) parents.set(Number(name), parent);
  }
  const isBelow = (child: number): boolean => {
    const parent = parents.get(child);
    return parent === pid || (parent !== undefined && parent > 1 && isBelow(parent));
  };
  return [...parents.keys()]
    .filter(isBelow)
    .map((child) => readQuietly(`/proc/${child}/cmdline`).replaceAll('\0', ' ').trim())
    .filter((command) => /^(\S*\/)?git\b/.test(command) && transfers.test(command));
}

/** Waits until no transfer is left below a process. @returns what is left after `ms` */
export async function transfersLeft(pid: number, ms = 40_000): Promise<string[]> {
  const until = Date.now() + ms;
  for (;;) {
    const left = gitTransfersBelow(pid);
    if (left.length === 0 || Date.now() > until) return left;
    await wait(50);
  }
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
