import type { TensorInfo, WeightHeader } from '../../../../indexer/formats/types.js';
import type { TensorChanges } from '../../../../views/pages/files/diff/tensorChanges.js';

const maxListed = 100;

type Header = Pick<WeightHeader, 'tensors' | 'tensorCount'>;

/** What became of the tensors of a weight file, by their names. A side that is not there has none. */
export function compareTensors(before: Header | null, after: Header | null): TensorChanges {
  const [old, fresh] = [byName(before), byName(after)];
  const added = [...fresh].filter(([name]) => !old.has(name));
  const removed = [...old].filter(([name]) => !fresh.has(name));
  const both = [...fresh].flatMap(([name, tensor]) => {
    const was = old.get(name);
    return was ? [{ name, before: was, after: tensor }] : [];
  });
  const changed = both.filter((tensor) => tensor.before !== tensor.after);
  return {
    counts: {
      added: added.length,
      removed: removed.length,
      changed: changed.length,
      same: both.length - changed.length,
    },
    added: added.slice(0, maxListed).map(([name, form]) => ({ name, form })),
    removed: removed.slice(0, maxListed).map(([name, form]) => ({ name, form })),
    changed: changed.slice(0, maxListed),
    isWhole: isWhole(before) && isWhole(after),
  };
}

function byName(header: Header | null): ReadonlyMap<string, string> {
  return new Map(header?.tensors.map((tensor) => [tensor.name, formOf(tensor)]));
}

function formOf({ dtype, shape }: TensorInfo): string {
  return `${dtype} [${shape.join(', ')}]`;
}

/** Of very many tensors a header lists the first. */
function isWhole(header: Header | null): boolean {
  return header === null || header.tensors.length === header.tensorCount;
}
