import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Int8 graphs lie beside the checkpoint that they are made of, `compiled-<content>.int8-<search>.onnx`, and their whole numbers
 * in a file with the same beginning. Each search has a name of its own: what is loaded is mapped from its files, so that
 * another search must not write into them.
 */
const int8File = /^compiled-[0-9a-f]{16}\.int8-[0-9a-f]{12}\./;
const graphFile = /^[^.]+\.int8-[0-9a-f]{12}\.onnx$/;

/** How the files of a new search begin; `compiled` begins the names of what is compiled from the checkpoint. */
export function newInt8Name(compiled: string): string {
  return `${compiled}.int8-${randomBytes(6).toString('hex')}`;
}

/** Whether this is the path of a graph that a search kept. */
export function isInt8Graph(file: string): boolean {
  return int8File.test(file) && graphFile.test(file);
}

/** Removes what searches left in a snapshot's folder, but the graph `kept` and its numbers. */
export async function sweepInt8Files(folder: string, kept: string | null): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const needed = kept === null ? [] : [kept, kept.replace(/onnx$/, 'weights')];
  const left = names.filter((name) => int8File.test(name) && !needed.includes(name));
  for (const name of left) await rm(path.join(folder, name), { force: true });
}
