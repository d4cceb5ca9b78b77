#!/usr/bin/env node
/** `npx hubstead …` in the checkout. */
import { hubstead } from '../scripts/serve.mjs';
import { prepareAndBuild } from '../scripts/setup.mjs';

prepareAndBuild();
process.exitCode = await hubstead(process.argv.slice(2));
