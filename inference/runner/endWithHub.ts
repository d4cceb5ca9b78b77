import { writeFile } from 'node:fs/promises';

const lookMs = 500;

/**
 * For a process that works for the hub: it ends when the hub is gone, by a signal, since native code would keep any gentler
 * end waiting; and before the hub where memory runs out.
 */
export function endWithHub(): void {
  const hub = process.ppid;
  // Where memory runs out, the system ends this process and not the hub or a push.
  writeFile('/proc/self/oom_score_adj', '1000').catch(() => {});
  process.on('disconnect', end);
  // The terminal's signals go to the whole group; the hub drains first and ends this process itself.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  // A hub that went while this file was loading raised no event, and its going changed ppid before it was read.
  setInterval(() => {
    if (process.ppid !== hub || !process.connected) end();
  }, lookMs);
}

export function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
