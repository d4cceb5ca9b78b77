import { elementCount } from '../../../../indexer/formats/limits.js';
import type { TensorInfo } from '../../../../indexer/formats/types.js';
import type { TensorGroup, TensorRow } from '../../../../views/pages/files/content/weights.js';

/** Deeper names stay whole below: nobody reads on. */
const maxDepth = 8;

interface Building {
  readonly groups: Map<string, Building>;
  readonly tensors: TensorRow[];
  /** Tensors that are counted and have no row. */
  readonly unlisted: { count: number; parameters: number };
}

/**
 * Tensors by the parts of their names (`encoder.layer.0.weight`; `/` parts those of Keras). Groups of one group are folded
 * into one line. Numbers count as numbers in the order.
 * @param maxRows the tensors after these have no row, and make no group: the groups that are there count them
 */
export function tensorTree(tensors: readonly TensorInfo[], maxRows = Number.POSITIVE_INFINITY): TensorGroup {
  const root = emptyGroup();
  const mark =
    tensors.some(({ name }) => name.includes('/')) && !tensors.some(({ name }) => name.includes('.')) ? '/' : '.';
  for (const { name, dtype, shape } of tensors.slice(0, maxRows)) {
    const parts = name.split(mark);
    let at = root;
    let depth = 0;
    while (depth < parts.length - 1 && depth < maxDepth) at = groupOf(at, parts[depth++]!);
    at.tensors.push({
      name: parts.slice(depth).join(mark),
      dtype,
      shape: `[${shape.join(', ')}]`,
      parameters: elementCount(shape) ?? 0,
    });
  }
  for (const { name, shape } of tensors.slice(maxRows)) countIn(root, name.split(mark).slice(0, -1), shape);
  return finished('', root, mark);
}

function emptyGroup(): Building {
  return { groups: new Map(), tensors: [], unlisted: { count: 0, parameters: 0 } };
}

function countIn(root: Building, parts: readonly string[], shape: readonly number[]): void {
  let at = root;
  for (const part of parts) {
    const below = at.groups.get(part);
    if (!below) break;
    at = below;
  }
  at.unlisted.count++;
  at.unlisted.parameters += elementCount(shape) ?? 0;
}

function groupOf({ groups }: Building, name: string): Building {
  const known = groups.get(name);
  if (known) return known;
  const made = emptyGroup();
  groups.set(name, made);
  return made;
}

const order = new Intl.Collator('en', { numeric: true });

function finished(name: string, { groups, tensors, unlisted }: Building, mark: string): TensorGroup {
  const [only] = groups;
  if (only && groups.size === 1 && tensors.length === 0 && unlisted.count === 0 && name !== '')
    return finished(`${name}${mark}${only[0]}`, only[1], mark);
  const below = [...groups]
    .map(([key, group]) => finished(key, group, mark))
    .sort((a, b) => order.compare(a.name, b.name));
  return {
    name,
    groups: below,
    tensors: [...tensors].sort((a, b) => order.compare(a.name, b.name)),
    count: tensors.length + unlisted.count + sum(below.map((group) => group.count)),
    parameters:
      sum(tensors.map((tensor) => tensor.parameters)) +
      unlisted.parameters +
      sum(below.map((group) => group.parameters)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
