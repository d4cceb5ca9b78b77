import path from 'node:path';
import { run } from './run.mjs';
import { environment, root } from './setup.mjs';

/**
 * Runs the built hub's command line in the folder we were called from.
 * The two thresholds make the C library give memory back at once; without them it creeps while models come and go.
 */
export function hubstead(args) {
  const env = { ...environment, MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
  return run(process.execPath, [path.join(root, 'dist', 'server', 'main.js'), ...args], { env });
}
