import { Cursor } from './cursor.js';
import { describeCounts, describeValues } from './describe.js';
import { budgetBytes, cut, elementCount, maxListedTensors } from './limits.js';
import { wireFields, wireNumbers, wireText } from './protobuf.js';
import type { RangeReader, TensorInfo, WeightHeader } from './types.js';

/** TensorProto.DataType (onnx.proto3) in the Hub's spelling. */
const dtypes: readonly (string | undefined)[] = [
  undefined,
  'F32',
  'U8',
  'I8',
  'U16',
  'I16',
  'I32',
  'I64',
  'STRING',
  'BOOL',
  'F16',
  'F64',
  'U32',
  'U64',
  'C64',
  'C128',
  'BF16',
  'F8_E4M3',
  'F8_E4M3FNUZ',
  'F8_E5M2',
  'F8_E5M2FNUZ',
  'U4',
  'I4',
  'F4',
  'F8_E8M0',
  'U2',
  'I2',
];

export interface OnnxValue {
  readonly name: string;
  readonly dtype: string;
  /** A number, the name of a free dimension, or '?' */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly initializers: readonly TensorInfo[];
  readonly initializerCount: number;
  readonly parameters: Readonly<Record<string, number>>;
  /** Files named by external data, as written. */
  readonly externalFiles: readonly string[];
  readonly nodeCount: number;
  readonly operators: Readonly<Record<string, number>>;
  /** The nodes that show which table of weights an input chooses rows of, of subgraphs too: the first ten thousand. */
  readonly lookups: readonly OnnxLookup[];
  /** Operator domains other than ONNX's and ONNX Runtime's own. */
  readonly customDomains: readonly string[];
  /** Those of them whose operators a node uses and no function of the file defines: it cannot run without their library. */
  readonly libraryDomains: readonly string[];
}

/** A node by its first inputs and its first output. */
export interface OnnxLookup {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Operators that choose rows of a table, and those that hand a table or the numbers of its rows on. */
const lookupOperators: ReadonlySet<string> = new Set([
  'Gather',
  'EmbedLayerNormalization',
  'Cast',
  'Identity',
  'DequantizeLinear',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
]);
const maxLookups = 10_000;
/** Of a node; those behind are settings. */
const maxNamedInputs = 4;

const maxDepth = 32;
const knownDomains = new Set([
  '',
  'ai.onnx',
  'ai.onnx.ml',
  'com.microsoft',
  'com.microsoft.nchwc',
  'ai.onnx.preview.training',
  'ai.onnx.training',
]);

interface Building {
  irVersion: number;
  producer: string;
  opsets: Record<string, number>;
  inputs: OnnxValue[];
  outputs: OnnxValue[];
  initializers: TensorInfo[];
  initializerCount: number;
  parameters: Record<string, number>;
  externalFiles: Set<string>;
  nodeCount: number;
  operators: Map<string, number>;
  lookups: OnnxLookup[];
  domains: Set<string>;
  nodeDomains: Set<string>;
  functionDomains: Set<string>;
}

/**
 * Walks an ONNX ModelProto by ranges; raw tensor data is skipped by its offset, never read. Subgraphs in attributes are
 * walked too, since they can name external files. @throws HubError WEIGHT_HEADER_INVALID. Source: onnx.proto3.
 */
export async function readOnnxModel(path: string, reader: RangeReader): Promise<OnnxModel> {
  const cursor = new Cursor(reader, path, { budgetBytes });
  const model: Building = {
    irVersion: 0,
    producer: '',
    opsets: {},
    inputs: [],
    outputs: [],
    initializers: [],
    initializerCount: 0,
    parameters: {},
    externalFiles: new Set(),
    nodeCount: 0,
    operators: new Map(),
    lookups: [],
    domains: new Set(),
    nodeDomains: new Set(),
    functionDomains: new Set(),
  };
  let hasGraph = false;
  for await (const field of wireFields(cursor, reader.sizeBytes)) {
    if (field.field === 1) model.irVersion = field.value;
    else if (field.end === null) continue;
    else if (field.field === 2) model.producer = await wireText(cursor, field, 100);
    else if (field.field === 7) {
      hasGraph = true;
      await readGraph(cursor, field.end, model, 0);
    } else if (field.field === 8) await readOpset(cursor, field.end, model);
    else if (field.field === 25) await readFunction(cursor, field.end, model);
  }
  if (!hasGraph) cursor.fail('it has no graph, so it is no ONNX model');
  const { externalFiles, operators, domains, nodeDomains, functionDomains, ...rest } = model;
  const names = new Set(model.initializers.map((tensor) => tensor.name));
  return {
    ...rest,
    inputs: model.inputs.filter((input) => !names.has(input.name)), // IR 3 and older list weights as inputs too
    externalFiles: [...externalFiles],
    operators: Object.fromEntries([...operators].sort((a, b) => b[1] - a[1]).slice(0, 50)),
    customDomains: [...domains].filter((domain) => !knownDomains.has(domain)),
    libraryDomains: [...nodeDomains].filter((domain) => !knownDomains.has(domain) && !functionDomains.has(domain)),
  };
}

export async function readOnnx(path: string, reader: RangeReader): Promise<WeightHeader> {
  const model = await readOnnxModel(path, reader);
  const warnings = model.customDomains.map(
    (domain) => `it uses operators of "${cut(domain)}", which this hub never loads`,
  );
  const otherOpsets = Object.entries(model.opsets)
    .filter(([domain]) => domain !== '' && domain !== 'ai.onnx')
    .map(([domain, version]) => `${domain} ${version}`)
    .join(', ');
  return {
    format: 'onnx',
    parameters: model.parameters,
    tensorCount: model.initializerCount,
    tensors: model.initializers.slice(0, maxListedTensors),
    metadata: {
      producer: model.producer,
      irVersion: model.irVersion,
      opset: model.opsets[''] ?? model.opsets['ai.onnx'] ?? 0,
      nodes: model.nodeCount,
      inputs: describeValues(model.inputs.slice(0, 100)),
      outputs: describeValues(model.outputs.slice(0, 100)),
      ...(otherOpsets && { otherOpsets: cut(otherOpsets) }),
      operators: describeCounts(new Map(Object.entries(model.operators))),
    },
    externalFiles: model.externalFiles,
    libraryDomains: model.libraryDomains,
    warnings,
  };
}

async function readGraph(cursor: Cursor, end: number, model: Building, depth: number): Promise<void> {
  if (depth > maxDepth) cursor.fail('graphs are nested too deep');
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 1) await readNode(cursor, field.end, model, depth);
    else if (field.field === 5) await readInitializer(cursor, field.end, model);
    else if (field.field === 15) await readSparse(cursor, field.end, model);
    else if (depth === 0 && field.field === 11) model.inputs.push(await readValue(cursor, field.end));
    else if (depth === 0 && field.field === 12) model.outputs.push(await readValue(cursor, field.end));
    if (model.inputs.length > 100_000 || model.outputs.length > 100_000)
      cursor.fail('it has too many inputs or outputs');
  }
}

async function readNode(cursor: Cursor, end: number, model: Building, depth: number): Promise<void> {
  model.nodeCount += 1;
  const inputs: string[] = [];
  let [operator, output] = ['', ''];
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 1 && inputs.length < maxNamedInputs) inputs.push(await wireText(cursor, field));
    else if (field.field === 2 && output === '') output = await wireText(cursor, field);
    else if (field.field === 4) {
      operator = await wireText(cursor, field, 100);
      if (model.operators.size < 10_000) model.operators.set(operator, (model.operators.get(operator) ?? 0) + 1);
    } else if (field.field === 7 && model.domains.size < 1000) {
      const domain = await wireText(cursor, field, 200);
      model.domains.add(domain);
      model.nodeDomains.add(domain);
    } else if (field.field === 5) await readAttribute(cursor, field.end, model, depth);
  }
  if (lookupOperators.has(operator) && model.lookups.length < maxLookups)
    model.lookups.push({ operator, inputs, output });
}

async function readAttribute(cursor: Cursor, end: number, model: Building, depth: number): Promise<void> {
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 6 || field.field === 11) await readGraph(cursor, field.end, model, depth + 1);
    else if (field.field === 5 || field.field === 10) await readTensor(cursor, field.end, model); // Constant
  }
}

async function readFunction(cursor: Cursor, end: number, model: Building): Promise<void> {
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 7) await readNode(cursor, field.end, model, 1);
    else if (field.field === 10 && model.functionDomains.size < 1000)
      model.functionDomains.add(await wireText(cursor, field, 200));
  }
}

async function readSparse(cursor: Cursor, end: number, model: Building): Promise<void> {
  for await (const field of wireFields(cursor, end)) {
    if (field.end !== null && (field.field === 1 || field.field === 2)) await readTensor(cursor, field.end, model);
  }
}

async function readInitializer(cursor: Cursor, end: number, model: Building): Promise<void> {
  const tensor = await readTensor(cursor, end, model);
  model.initializerCount += 1;
  if (model.initializerCount > 1_000_000) cursor.fail('it has too many initialisers');
  if (model.initializers.length < maxListedTensors) model.initializers.push(tensor);
  const count = elementCount(tensor.shape);
  if (count !== null) model.parameters[tensor.dtype] = (model.parameters[tensor.dtype] ?? 0) + count;
}

async function readTensor(cursor: Cursor, end: number, model: Building): Promise<TensorInfo> {
  const shape: number[] = [];
  let dtype = '?';
  let name = '';
  for await (const field of wireFields(cursor, end)) {
    if (field.field === 1) shape.push(...(await wireNumbers(cursor, field, 32)));
    else if (field.field === 2 && field.end === null) dtype = dtypes[field.value] ?? '?';
    else if (field.field === 8 && field.end !== null) name = await wireText(cursor, field);
    else if (field.field === 13 && field.end !== null) await readExternal(cursor, field.end, model);
    if (shape.length > 32) cursor.fail('a tensor has more than 32 dimensions');
  }
  return { name, dtype, shape };
}

async function readExternal(cursor: Cursor, end: number, model: Building): Promise<void> {
  let key = '';
  let value = '';
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 1) key = await wireText(cursor, field, 100);
    if (field.field === 2) value = await wireText(cursor, field, 4096);
  }
  if (key === 'location' && model.externalFiles.size < 10_000) model.externalFiles.add(value);
}

async function readOpset(cursor: Cursor, end: number, model: Building): Promise<void> {
  let domain = '';
  let version = 0;
  for await (const field of wireFields(cursor, end)) {
    if (field.field === 1 && field.end !== null) domain = await wireText(cursor, field, 200);
    if (field.field === 2) version = field.value;
  }
  if (Object.keys(model.opsets).length < 1000) model.opsets[domain] = version;
  if (!knownDomains.has(domain)) model.domains.add(domain);
}

async function readValue(cursor: Cursor, end: number): Promise<OnnxValue> {
  let name = '';
  let dtype = '?';
  const shape: (number | string)[] = [];
  for await (const field of wireFields(cursor, end)) {
    if (field.end === null) continue;
    if (field.field === 1) name = await wireText(cursor, field);
    if (field.field !== 2) continue;
    for await (const type of wireFields(cursor, field.end)) {
      if (type.field !== 1 || type.end === null) continue;
      for await (const tensor of wireFields(cursor, type.end)) {
        if (tensor.field === 1 && tensor.end === null) dtype = dtypes[tensor.value] ?? '?';
        if (tensor.field === 2 && tensor.end !== null) await readShape(cursor, tensor.end, shape);
      }
    }
  }
  return { name, dtype, shape };
}

async function readShape(cursor: Cursor, end: number, shape: (number | string)[]): Promise<void> {
  for await (const field of wireFields(cursor, end)) {
    if (field.field !== 1 || field.end === null) continue;
    let dimension: number | string = '?';
    for await (const part of wireFields(cursor, field.end)) {
      if (part.field === 1 && part.end === null) dimension = part.value;
      if (part.field === 2 && part.end !== null) dimension = await wireText(cursor, part, 100);
    }
    shape.push(dimension);
    if (shape.length > 32) cursor.fail('a value has more than 32 dimensions');
  }
}

/** Why an external data location may not be followed, or null. It must stay in the folder of its graph. */
export function externalLocationProblem(location: string): string | null {
  if (location === '' || location.length > 255) return 'its length is not 1 to 255';
  if (/[\u0000-\u001f\\:]/.test(location)) return 'it has a backslash, colon or control character';
  if (location.startsWith('/')) return 'it is an absolute path';
  if (location.split('/').includes('..')) return 'it leaves the folder of the model';
  return null;
}
