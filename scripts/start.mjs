/**
 * `npm start [-- flags]`: everything from a fresh clone to a listening hub. package.json says `exec`, or the shell
 * between npm and us would keep npm's SIGTERM for itself, and the hub would go on without it.
 */
import { hubstead } from './serve.mjs';
import { prepareAndBuild } from './setup.mjs';

prepareAndBuild();
process.exitCode = await hubstead(['serve', ...process.argv.slice(2)]);
