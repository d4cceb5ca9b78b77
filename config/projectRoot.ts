import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds package.json, whether this file runs from source (`config/`) or built (`dist/config/`).
 * Everything that is not TypeScript (SQL, shell hooks, CSS, docs, default.yaml) is found from here and never copied.
 */
export const projectRoot: string = findRoot(path.dirname(fileURLToPath(import.meta.url)));

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, 'package.json'))) return folder;
  return findRoot(path.dirname(folder));
}
