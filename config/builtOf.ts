import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { testEnvironment } from './env.js';
import { projectRoot } from './projectRoot.js';

/** What is started for the source at `source`: itself, or what was built from it where `npm test` says that it is up to date. */
export function builtOf(source: URL): URL {
  if (!testEnvironment().startsBuilt) return source;
  const file = path.relative(projectRoot, fileURLToPath(source));
  return pathToFileURL(path.join(projectRoot, 'dist', file.replace(/\.tsx?$/, '.js')));
}
