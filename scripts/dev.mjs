/** `npm run dev [-- flags]`: the hub from source, started anew on every change, with demo data in .cache/dev-data. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { watchModules } from './browserModules.mjs';
import { run } from './run.mjs';
import { environment, prepareAndBuild, root } from './setup.mjs';

prepareAndBuild();
const data = path.join(root, '.cache', 'dev-data');
mkdirSync(data, { recursive: true });

const endWatch = await watchModules();
const watched = ['views/assets/*.css', 'config/default.yaml', 'dist/browser/*.js', 'docs/**/*.md'];
process.exitCode = await run(
  process.execPath,
  [
    'node_modules/tsx/dist/cli.mjs',
    'watch',
    '--clear-screen=false',
    ...watched.map((pattern) => `--include=${pattern}`),
    'server/main.ts',
    'serve',
    '--data-dir',
    data,
    '--log',
    'debug',
    ...process.argv.slice(2),
  ],
  { cwd: root, env: environment },
);
await endWatch();
