import { cut } from './limits.js';

interface Value {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** Inputs or outputs in one line: `input_ids I64 [batch, 128]; …`. */
export function describeValues(values: readonly Value[]): string {
  return cut(values.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(', ')}]`.trim()).join('; '));
}

/** What was counted, the most frequent first: `Conv 53, Relu 49, …`. */
export function describeCounts(counts: ReadonlyMap<string, number>, most = 20): string {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const left = sorted.length - most;
  const named = sorted.slice(0, most).map(([name, count]) => `${name} ${count}`);
  return cut([...named, ...(left > 0 ? [`${left} more`] : [])].join(', '));
}

export function count(counts: Map<string, number>, name: string): void {
  if (counts.has(name) || counts.size < 10_000) counts.set(name, (counts.get(name) ?? 0) + 1);
}
