import type { OnnxBytes, OnnxExternal, OnnxGraph, OnnxNode } from '../compile/onnxWriter.js';
import type { LinearGroup, LinearLayer } from './linearGroups.js';

/** A group's numbers in int8, as a graph takes them. */
export interface Int8Group {
  readonly group: LinearGroup;
  /** Divides each input. */
  readonly factors: Float32Array;
  /** For each of the group's layers. */
  readonly layers: readonly Int8Stored[];
}

/** Whole numbers, [inputs, outputs], in a file beside the graph. */
export interface Int8Stored {
  readonly external: OnnxExternal['external'];
  readonly scales: Float32Array;
}

/**
 * The graph with some groups of linear layers in int8: the input, evened out, is quantised by its own range in each run,
 * once for the group; sums are whole numbers. What the replaced weights leave behind is left out.
 */
export function int8Graph(graph: OnnxGraph, groups: readonly Int8Group[]): OnnxGraph {
  const replacements = new Map(groups.flatMap(replacementsOf));
  const nodes = graph.nodes.flatMap((node) => replacements.get(node)?.nodes ?? [node]);
  const weights = [...graph.weights, ...[...replacements.values()].flatMap(({ tensors }) => tensors)];
  return withoutUnused({ ...graph, nodes, weights });
}

interface Replacement {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly (OnnxBytes | OnnxExternal)[];
}

function replacementsOf({ group, factors, layers }: Int8Group): readonly (readonly [OnnxNode, Replacement])[] {
  const { name, input } = group;
  const [even, whole, scale, zero] = ['even', 'whole', 'scale', 'zero'].map((part) => `${name}:${part}`) as [
    string,
    string,
    string,
    string,
  ];
  const shared: Replacement = {
    nodes: [
      { operator: 'Mul', inputs: [input, `${name}:factors`], outputs: [even] },
      { operator: 'DynamicQuantizeLinear', inputs: [even], outputs: [whole, scale, zero] },
    ],
    tensors: [
      numbers(
        `${name}:factors`,
        factors.map((factor) => 1 / factor),
      ),
    ],
  };
  return group.layers.map((layer, index) => {
    const own = replacementOf(layer, layers[index]!, [whole, scale, zero]);
    const before = index === 0 ? shared : { nodes: [], tensors: [] };
    const nodes = [...before.nodes, ...own.nodes];
    return [layer.node, { nodes, tensors: [...before.tensors, ...own.tensors] }] as const;
  });
}

function replacementOf(
  { name, node, weight }: LinearLayer,
  { external, scales }: Int8Stored,
  [whole, scale, zero]: readonly [string, string, string],
): Replacement {
  const [matrix, columns] = [`${name}:int8`, `${name}:scales`];
  const [outputs, inputs] = weight.dims as [number, number];
  return {
    nodes: [
      {
        operator: 'MatMulIntegerToFloat',
        domain: 'com.microsoft',
        inputs: [whole, matrix, scale, columns, zero],
        outputs: node.outputs,
      },
    ],
    tensors: [{ name: matrix, type: 'int8', dims: [inputs, outputs], external }, numbers(columns, scales)],
  };
}

function numbers(name: string, values: Float32Array): OnnxBytes {
  return { name, type: 'float', dims: [values.length], bytes: Buffer.from(Float32Array.from(values).buffer) };
}

/** Without weights that no node reads, nor casts of them. */
function withoutUnused(graph: OnnxGraph): OnnxGraph {
  const read = new Set([
    ...graph.nodes.filter(({ operator }) => operator !== 'Cast').flatMap(({ inputs }) => inputs),
    ...graph.outputs.map(({ name }) => name),
  ]);
  const casts = new Map(
    graph.nodes.filter(({ operator }) => operator === 'Cast').map((node) => [node.outputs[0]!, node]),
  );
  const wanted = [...read];
  for (let output = wanted.pop(); output !== undefined; output = wanted.pop()) {
    const source = casts.get(output)?.inputs[0];
    if (source === undefined || read.has(source)) continue;
    read.add(source);
    wanted.push(source);
  }
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => node.operator !== 'Cast' || read.has(node.outputs[0]!)),
    weights: graph.weights.filter(({ name }) => read.has(name)),
  };
}
