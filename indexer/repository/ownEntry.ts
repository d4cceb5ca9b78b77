import type { TreeEntry } from './types.js';

/** A submodule is of another repository: clients would ask this one for its bytes. */
export function isOwn({ type }: Pick<TreeEntry, 'type'>): boolean {
  return type !== 'submodule';
}
