import type { DeclaredSplit } from '../tags/types.js';
import { isMapping, text } from './values.js';

const maxSplits = 200;
const maxNameCharacters = 100;

/**
 * Rows that a dataset's card declares under `dataset_info`: one map with `splits`, or a list of them, one a configuration.
 * Null where it says of none how many there are.
 */
export function readDeclaredSplits(value: unknown): readonly DeclaredSplit[] | null {
  const infos = Array.isArray(value) ? value : [value];
  const splits = infos.flatMap(splitsOf).slice(0, maxSplits);
  return splits.length === 0 ? null : splits;
}

function splitsOf(info: unknown): readonly DeclaredSplit[] {
  if (!isMapping(info) || !Array.isArray(info.splits)) return [];
  const config = text(info.config_name)?.slice(0, maxNameCharacters);
  return info.splits.flatMap((split: unknown): readonly DeclaredSplit[] => {
    const rows = isMapping(split) ? countOf(split.num_examples) : Number.NaN;
    const name = isMapping(split) ? text(split.name) : null;
    if (!name || !Number.isSafeInteger(rows) || rows < 0) return [];
    return [{ ...(config ? { config } : {}), name: name.slice(0, maxNameCharacters), rows }];
  });
}

/** A number, or one that was written as a text. */
function countOf(value: unknown): number {
  return typeof value === 'string' && /^\d+$/.test(value)
    ? Number(value)
    : typeof value === 'number'
      ? value
      : Number.NaN;
}
