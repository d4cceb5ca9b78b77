/**
 * Many numbers on their way from the thread to the hub: one typed array costs a copy, nested lists cost an object each.
 * `dims` are the lengths of the nested lists that people get.
 */
export interface NumberTable {
  readonly numbers: Float32Array;
  readonly dims: readonly number[];
}

/**
 * An answer with its tables turned into nested lists. Tables stand at the top, in an object at the top, or in a list of
 * either.
 */
export function withNestedLists(output: unknown): unknown {
  if (Array.isArray(output)) return output.some(holdsTable) ? output.map(withNestedLists) : output;
  if (isTable(output)) return nested(output.numbers, output.dims, 0);
  if (!holdsTable(output)) return output;
  return Object.fromEntries(Object.entries(output as object).map(([key, value]) => [key, withNestedLists(value)]));
}

function holdsTable(value: unknown): boolean {
  if (isTable(value)) return true;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).some(isTable);
}

function isTable(value: unknown): value is NumberTable {
  return typeof value === 'object' && value !== null && 'numbers' in value && value.numbers instanceof Float32Array;
}

function nested(numbers: Float32Array, dims: readonly number[], depth: number): unknown[] {
  if (depth >= dims.length - 1) return Array.from(numbers);
  const length = dims[depth]!;
  const size = length === 0 ? 0 : numbers.length / length;
  return Array.from({ length }, (_, i) => nested(numbers.subarray(i * size, (i + 1) * size), dims, depth + 1));
}
