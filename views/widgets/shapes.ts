/** Readers of values of unknown shape: what they ask for, or null. */

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Every item as `read` gives it; null as soon as it gives null for one. */
export function listOf<Item>(values: readonly unknown[], read: (value: unknown) => Item | null): Item[] | null {
  const items: Item[] = [];
  for (const value of values) {
    const item = read(value);
    if (item === null) return null;
    items.push(item);
  }
  return items;
}
