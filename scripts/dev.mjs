/** `npm run dev [-- flags]`: the hub from source, started anew on every change, with demo data in .cache/dev-data. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { environment, prepareAndBuild, root } from './setup.mjs';

prepareAndBuild();
const data = path.join(root, '.cache', 'dev-data');
mkdirSync(data, { recursive: true });

const modules = spawn(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'views/browser/tsconfig.json', '--watch', '--preserveWatchOutput'],
  { cwd: root, stdio: 'inherit' },
);
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
modules.kill();
