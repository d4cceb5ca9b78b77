import { rankGraphs } from '../../config/graphs.js';
import type { TreeEntry } from '../repository/types.js';
import type { ModelRecord } from './types.js';

/** The graphs that can be run, the one to run first. */
export function findGraphs(files: readonly TreeEntry[]): ModelRecord['graphs'] {
  return rankGraphs(files.filter(({ type }) => type === 'file').map(({ path }) => path));
}

/** Files that a tokenizer is read or built from. */
export function hasTokenizerFiles(files: readonly TreeEntry[]): boolean {
  const paths = new Set(files.map((file) => file.path));
  return paths.has('tokenizer.json') || paths.has('vocab.txt') || (paths.has('vocab.json') && paths.has('merges.txt'));
}
