import type { WeightHeader } from '../../../../indexer/formats/types.js';
import type { GraphView, WeightView } from '../../../../views/pages/files/content/weights.js';
import { tensorTree } from './tensorTree.js';
import type { WeightFacts } from './weightHeaders.js';

const maxTensors = 1000;
const maxMetadata = 200;
const maxText = 300;
const maxWarnings = 20;
const maxImports = 500;
const maxValues = 100;
/** They are told better than in one line. */
const toldByGraph = new Set([
  'inputs',
  'outputs',
  'operators',
  'otherOpsets',
  'opset',
  'irVersion',
  'producer',
  'nodes',
]);
const verdicts = { innocuous: 'safe', suspicious: 'unknown', dangerous: 'dangerous' } as const;

/** @param wanted only tensors whose name holds it are listed; '' = all */
export function weightView(facts: WeightFacts, wanted: string): WeightView {
  if ('problem' in facts) return facts;
  const { header, graph } = facts;
  const matching = wanted ? header.tensors.filter(({ name }) => name.includes(wanted)) : header.tensors;
  return {
    format: header.format,
    tensorCount: header.tensorCount,
    parameters: Object.entries(header.parameters).sort((a, b) => b[1] - a[1]),
    metadata: metadataOf(header, graph !== null),
    imports: importsOf(header),
    warnings: header.warnings.slice(0, maxWarnings).map(clipped),
    tensors: {
      wanted,
      matching: matching.length,
      shown: Math.min(matching.length, maxTensors),
      tree: tensorTree(matching, maxTensors),
    },
    graph: graph && graphView(graph),
  };
}

function metadataOf(header: WeightHeader, hasGraph: boolean): readonly (readonly [string, string])[] {
  return Object.entries(header.metadata)
    .filter(([key]) => !(hasGraph && toldByGraph.has(key)))
    .slice(0, maxMetadata)
    .map(([key, value]) => [clipped(key), clipped(String(value))] as const);
}

const severity = ['dangerous', 'unknown', 'safe'] as const;

/** What is to be said of a pickle that imports these. */
export function worstVerdict(imports: NonNullable<WeightHeader['pickleImports']>): (typeof severity)[number] {
  const found = new Set(imports.map(({ verdict }) => verdicts[verdict]));
  return severity.find((verdict) => found.has(verdict)) ?? 'safe';
}

/** The worst first. */
function importsOf({ pickleImports = [] }: WeightHeader) {
  return pickleImports
    .map(({ name, verdict }) => ({ name: clipped(name), verdict: verdicts[verdict] }))
    .sort((a, b) => severity.indexOf(a.verdict) - severity.indexOf(b.verdict))
    .slice(0, maxImports);
}

function graphView(graph: NonNullable<Extract<WeightFacts, { header: unknown }>['graph']>): GraphView {
  const shownValue = ({ name, dtype, shape }: (typeof graph.inputs)[number]) => ({
    name: clipped(name),
    dtype,
    shape: clipped(`[${shape.join(', ')}]`),
  });
  return {
    irVersion: graph.irVersion,
    producer: clipped(graph.producer),
    opsets: Object.entries(graph.opsets)
      .slice(0, maxValues)
      .map(([domain, version]) => [clipped(domain || 'ai.onnx'), version] as const),
    inputs: graph.inputs.slice(0, maxValues).map(shownValue),
    outputs: graph.outputs.slice(0, maxValues).map(shownValue),
    nodes: graph.nodeCount,
    operators: Object.entries(graph.operators).map(([name, count]) => [clipped(name), count] as const),
    files: graph.externalFiles.slice(0, maxValues).map(clipped),
  };
}

function clipped(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
}
