import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isSource } from './siblingModule.js';

/** What a thread begins with to run a module (`eval`). Development and tests run the sources; Node's own way of starting a thread cannot. */
export function startingCode({ href }: URL): string {
  const start = `import(${JSON.stringify(href)})`;
  if (!isSource(href)) return start;
  // By its file: what asks may be loaded either way, and the loader works in a thread only as an ES module.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'));
  const loader = new URL('./dist/esm/api/index.mjs', tsx).href;
  return `import(${JSON.stringify(loader)}).then(({ register }) => (register(), ${start}))`;
}
