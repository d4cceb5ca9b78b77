/** `npm run bench [name…] [rounds]`: the benchmarks of bench/, all of them or those named, one after the other. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { environment, prepareAndBuild, root, stop } from './setup.mjs';

const known = readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));
const given = process.argv.slice(2);
const options = given.filter((word) => /^\d+$/.test(word));
const names = given.filter((word) => !/^\d+$/.test(word));
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) stop(`no benchmark ${unknown.join(', ')}; there are ${known.join(', ')}`);

prepareAndBuild();
const env = { ...environment, MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
for (const name of names.length > 0 ? names : known) {
  process.stdout.write(`\n# ${name}\n`);
  const code = await run(process.execPath, ['--import', 'tsx', `bench/${name}.ts`, ...options], { cwd: root, env });
  if (code !== 0) process.exitCode = code;
}
