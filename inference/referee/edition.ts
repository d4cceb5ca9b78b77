import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is compared: the compiler, the referee, and the runtime between them. */
const folders = ['../compile', '.'];

/**
 * Stands for the code that verdicts come of: the files of the compiler and the referee, byte by byte, and the version of ONNX
 * Runtime. A version that people must remember to raise would one day be left.
 */
export function refereeEdition(): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const place = fileURLToPath(new URL(`${folder}/`, import.meta.url));
    for (const name of readdirSync(place, { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|js)$/.test(name)) hash.update(`${name}\n`).update(readFileSync(path.join(place, name)));
  }
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { readonly version: string };
  return hash.update(runtime.version).digest('hex').slice(0, 16);
}
