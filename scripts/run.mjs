import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Signals that ask a program to end. The hub drains on them, so they are handed on and waited for. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in our place: same terminal, signals handed on.
 * @returns its exit code, 128 + number when a signal ended it
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const handed = new Set();
  const handOn = (signal) => {
    // A terminal sends Ctrl-C to the whole group and npm sends it once more: one is enough.
    if (handed.has(signal)) return;
    handed.add(signal);
    setTimeout(() => handed.delete(signal), 1000).unref();
    child.kill(signal);
  };
  for (const signal of endings) process.on(signal, handOn);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of endings) process.off(name, handOn);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
