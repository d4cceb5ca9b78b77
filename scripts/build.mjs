/** `npm run build`: compiles to dist/ when a source changed. */
import { prepareAndBuild } from './setup.mjs';

prepareAndBuild();
