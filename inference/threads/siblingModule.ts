import { builtOf } from '../../config/builtOf.js';

/** The module `name` beside the one at `url`, as source or built: threads and processes are started by file, not by import. */
export function siblingModule(url: string, name: string): URL {
  return isSource(url) ? builtOf(new URL(`./${name}.ts`, url)) : new URL(`./${name}.js`, url);
}

export function isSource(url: string): boolean {
  return new URL(url).pathname.endsWith('.ts');
}
