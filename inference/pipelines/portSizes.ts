import type { Port } from './model.js';

/** What is wrong with the sizes of a tensor for an input that has fixed ones, naming both; null when nothing is. */
export function sizeProblem({ name, dims }: Port, given: readonly number[] | undefined): string | null {
  if (!given || given.length !== dims.length) return null;
  if (dims.every((size, axis) => size === null || size === given[axis])) return null;
  const takes = dims.map((size) => size ?? 'any').join(', ');
  return `its graph takes ${name} of the sizes [${takes}]; given is [${given.join(', ')}]`;
}
