/** Bytes of one file that are read at most, to learn what its header says. */
export const budgetBytes = 32 * 1_048_576;
/** Tensors that are kept for display; counting goes on. */
export const maxListedTensors = 10_000;
export const maxTextLength = 1024;

export function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
}

/** Product of a shape, or null when it is no whole number that a double holds. */
export function elementCount(shape: readonly number[]): number | null {
  let count = 1;
  for (const dimension of shape) {
    count *= dimension;
    if (!Number.isSafeInteger(count) || dimension < 0) return null;
  }
  return count;
}
