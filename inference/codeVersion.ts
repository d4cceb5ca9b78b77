import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../config/projectRoot.js';

const here = path.dirname(fileURLToPath(import.meta.url));
/** Where the build keeps the version of what it built: reading all files takes a tenth of a second of each start. */
export const codeVersionFile = path.join(here, 'code-version');

let known: string | null = null;

/**
 * Stands for the code that compiles, compares and runs models, and for the packages under it: what was found out with other
 * code is looked at again. By content, so that nobody has to raise a number.
 */
export function codeVersion(): string {
  known ??= existsSync(codeVersionFile) ? readFileSync(codeVersionFile, 'utf8') : hashOfCode();
  return known;
}

export function hashOfCode(): string {
  const hash = createHash('sha256').update(readFileSync(path.join(projectRoot, 'package-lock.json')));
  for (const folder of [here, path.join(here, '..', 'indexer', 'formats')]) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => /\.[jt]s$/.test(one)).sort())
      hash.update(`\0${name}\0`).update(readFileSync(path.join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
