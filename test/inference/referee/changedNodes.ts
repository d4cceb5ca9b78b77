import type { OnnxNode } from '../../../inference/compile/onnxWriter.js';
import type { NamedGraph } from '../../../inference/compile/types.js';

/** The graph with each node changed when it is built. */
export function withNodes(named: NamedGraph, changed: (node: OnnxNode) => OnnxNode): NamedGraph {
  const { graph } = named;
  const build = graph.build.bind(graph);
  graph.build = (...options) => {
    const built = build(...options);
    return { ...built, nodes: built.nodes.map(changed) };
  };
  return named;
}

/** A graph that puts what `memory` holds of tokens before behind the new ones: right while nothing is remembered. */
export function withTurnedMemory(named: NamedGraph, memory: string): NamedGraph {
  return withNodes(named, (node) =>
    node.operator === 'Concat' && node.inputs[0] === memory ? { ...node, inputs: [...node.inputs].reverse() } : node,
  );
}

/** A graph that gives under the name of one output what another is, and under that name the one. */
export function withSwappedOutputs(named: NamedGraph, one: string, other: string): NamedGraph {
  const names = new Map([
    [one, other],
    [other, one],
  ]);
  return withNodes(named, (node) => ({ ...node, outputs: node.outputs.map((output) => names.get(output) ?? output) }));
}
