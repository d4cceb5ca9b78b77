/** `npm start [-- flags]`: everything from a fresh clone to a listening hub. */
import { hubstead } from './serve.mjs';
import { prepareAndBuild } from './setup.mjs';

prepareAndBuild();
process.exitCode = await hubstead(['serve', ...process.argv.slice(2)]);
