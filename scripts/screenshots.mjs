/** `npm run screenshots [folder] [word…]`: pictures of every page, into `screenshots/` if no other folder is named; words choose pages. */
import { run } from './run.mjs';
import { environment, prepareAndBuild, root } from './setup.mjs';

prepareAndBuild();
const args = ['--import', 'tsx', 'test/support/takeScreenshots.ts', ...process.argv.slice(2)];
process.exitCode = await run(process.execPath, args, { cwd: root, env: environment });
