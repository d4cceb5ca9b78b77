import type { OnnxExternal, OnnxGraph, OnnxNode, OnnxTensor } from '../compile/onnxWriter.js';

/** A linear layer of a compiled graph whose weight, [outputs, inputs], lies in the checkpoint and serves it alone. */
export interface LinearLayer {
  /** Its weight's name. */
  readonly name: string;
  readonly node: OnnxNode;
  readonly weight: OnnxExternal;
}

/** Linear layers that read the same value, as queries, keys and values do: they are quantised together or not at all. */
export interface LinearGroup {
  /** The name of its first layer. */
  readonly name: string;
  readonly input: string;
  readonly layers: readonly LinearLayer[];
  /** Multiplications for each token. */
  readonly cost: number;
}

/** Kinds that do less of all multiplications are left as they are: heads lose accuracy and win no time. */
const leastShare = 0.01;

/** The groups of a graph in its order. Layers that share their weights, as ALBERT's do, are in none. */
export function linearGroups(graph: OnnxGraph): readonly LinearGroup[] {
  const layersByInput = groupedBy(linearLayers(graph), ({ node }) => node.inputs[0]!);
  const groups = [...layersByInput].map(([input, layers]): LinearGroup => {
    const { name } = layers[0]!;
    return { name, input, layers, cost: sum(layers.map(multiplications)) };
  });
  const least = leastShare * sum(groups.map(({ cost }) => cost));
  const byKind = groupedBy(groups, kindOf);
  return groups.filter((group) => sum(byKind.get(kindOf(group))!.map(({ cost }) => cost)) >= least);
}

function linearLayers({ nodes, weights }: OnnxGraph): readonly LinearLayer[] {
  const stored = new Map(weights.flatMap((tensor) => (isExternal(tensor) ? [[tensor.name, tensor] as const] : [])));
  const casts = new Map(
    nodes.flatMap(({ operator, inputs, outputs }) => (operator === 'Cast' ? [[outputs[0]!, inputs[0]!]] : [])),
  );
  const uses = new Map<string, number>();
  for (const input of nodes.flatMap(({ inputs }) => inputs)) uses.set(input, (uses.get(input) ?? 0) + 1);
  return nodes.flatMap((node) => {
    const given = node.inputs[1] ?? '';
    const name = casts.get(given) ?? given;
    const weight = stored.get(name);
    const servesItAlone = uses.get(given) === 1 && uses.get(name) === 1;
    return weight && servesItAlone && isLinear(node) && weight.dims.length === 2 ? [{ name, node, weight }] : [];
  });
}

/** The name without its numbers: the same for all layers of a stack. */
function kindOf({ name }: LinearGroup): string {
  return name.replace(/\d+/g, '*');
}

/** Values by their key, each in the order in which they came. */
function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group) group.push(value);
    else groups.set(key, [value]);
  }
  return groups;
}

/** `x · Wᵀ` and nothing more. */
function isLinear({ operator, attributes = {} }: OnnxNode): boolean {
  return operator === 'FusedMatMul' && attributes.transB === 1 && attributes.alpha === undefined;
}

function isExternal(tensor: OnnxTensor): tensor is OnnxExternal {
  return 'external' in tensor;
}

function multiplications({ weight }: LinearLayer): number {
  return weight.dims[0]! * weight.dims[1]!;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
