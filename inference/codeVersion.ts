import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../config/projectRoot.js';

let known: Promise<string> | null = null;

/**
 * Stands for the code that compiles and runs models, and for the packages under it: what was found out with other code is
 * looked at again. By content, so that nobody has to raise a number.
 */
export function codeVersion(): Promise<string> {
  known ??= hashOfCode();
  return known;
}

async function hashOfCode(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(path.join(projectRoot, 'package.json')));
  const here = path.dirname(fileURLToPath(import.meta.url));
  for (const folder of [here, path.join(here, '..', 'indexer', 'formats')]) {
    const names = await readdir(folder, { recursive: true });
    for (const name of names.filter((one) => /\.[jt]s$/.test(one)).sort())
      hash.update(`\0${name}\0`).update(await readFile(path.join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
