import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Loads packages that are installed in a folder. */
export function loadFrom(folder) {
  const { resolve } = createRequire(path.join(folder, 'x.js'));
  return (name) => import(pathToFileURL(resolve(name)).href);
}

/**
 * Makes calls of a client against a hub, one after the other; prints {"call": …, "passed": …, "why": …} a line. What a call needs
 * is made by those before it: one that fails may take others with it.
 */
export async function makeCalls(calls) {
  for (const [call, run] of Object.entries(calls)) {
    const why = await Promise.resolve()
      .then(run)
      .then(
        () => null,
        (error) => `${error.name}: ${error.message}`.slice(0, 400),
      );
    process.stdout.write(`${JSON.stringify({ call, passed: why === null, ...(why && { why }) })}\n`);
  }
}
