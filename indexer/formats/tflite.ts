import { count, describeCounts, describeValues } from './describe.js';
import { Table, type TableList } from './flatbuffer.js';
import { budgetBytes, cut, elementCount, maxListedTensors } from './limits.js';
import { Pages } from './pages.js';
import { tfliteOperators } from './tfliteOperators.js';
import type { RangeReader, TensorInfo, WeightHeader } from './types.js';

/** TensorType of schema.fbs in the Hub's spelling. */
const dtypes = 'F32 F16 I32 U8 I64 STRING BOOL I16 C64 I8 F64 C128 U64 RESOURCE VARIANT U32 U16 I4 BF16 I2 U4'.split(
  ' ',
);
const customOperator = 32;
const maxReads = 500_000;
const maxSubgraphs = 100;
const maxParts = 100_000;
const maxRank = 32;

/** Numbers of the fields that are read (schema.fbs). */
const model = { version: 0, operatorCodes: 1, subgraphs: 2, description: 3, buffers: 4, metadata: 6 };
const operatorCode = { oldBuiltin: 0, custom: 1, builtin: 3 };
const subgraph = { tensors: 0, inputs: 1, outputs: 2, operators: 3 };
const tensor = { shape: 0, type: 1, buffer: 2, name: 3, shapeSignature: 7 };
const buffer = { data: 0, offset: 1 };

interface Found {
  readonly tensors: TensorInfo[];
  readonly parameters: Record<string, number>;
  readonly operators: Map<string, number>;
  readonly warnings: string[];
  tensorCount: number;
}

/**
 * TensorFlow Lite: a FlatBuffer with TFL3 at byte 4. Inputs, outputs, operators and the tensors whose values are in the
 * file; the values are not read. @throws HubError WEIGHT_HEADER_INVALID. Source: tensorflow/lite/schema/schema.fbs.
 */
export async function readTflite(path: string, reader: RangeReader): Promise<WeightHeader> {
  const pages = new Pages(reader, path, { budgetBytes, maxReads });
  if (reader.sizeBytes < 8 || (await pages.bytes(4, 4)).toString('latin1') !== 'TFL3')
    pages.fail('it has no TFL3 mark');
  const root = await Table.root(pages);
  const codes = await readOperatorCodes(await root.tables(model.operatorCodes, maxParts));
  const found: Found = { tensors: [], parameters: {}, operators: new Map(), warnings: [], tensorCount: 0 };
  const subgraphs = await root.tables(model.subgraphs, maxSubgraphs);
  const buffers = await root.tables(model.buffers, maxParts);
  const ends: Record<string, string> = {};
  for (let index = 0; index < subgraphs.length; index++) {
    const graph = await subgraphs.get(index);
    const tensors = await graph.tables(subgraph.tensors, maxParts);
    await readTensors(pages, tensors, buffers, found);
    await countOperators(await graph.tables(subgraph.operators, maxParts), codes, found);
    if (index > 0) continue; // others are bodies of loops and conditions
    ends.inputs = await describeEnds(tensors, await graph.numbers(subgraph.inputs, 1000));
    ends.outputs = await describeEnds(tensors, await graph.numbers(subgraph.outputs, 1000));
  }
  const description = await root.text(model.description);
  return {
    format: 'tflite',
    parameters: found.parameters,
    tensorCount: found.tensorCount,
    tensors: found.tensors,
    metadata: {
      schemaVersion: await root.u32(model.version),
      ...(description && { description }),
      ...ends,
      operators: describeCounts(found.operators),
      ...(await readMetadataNames(root)),
    },
    warnings: found.warnings,
  };
}

async function readOperatorCodes(list: TableList): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const code of list) {
    // Numbers above 127 stand only in the newer field; files of before have only the older one.
    const number = Math.max(await code.i8(operatorCode.oldBuiltin), await code.u32(operatorCode.builtin));
    names.push(
      number === customOperator
        ? `custom ${cut(await code.text(operatorCode.custom, 200)) || '?'}`
        : (tfliteOperators[number] ?? `operator ${number}`),
    );
  }
  return names;
}

async function countOperators(list: TableList, codes: readonly string[], found: Found): Promise<void> {
  for await (const operator of list) {
    const name = codes[await operator.u32(0)] ?? '?';
    if (name.startsWith('custom ') && !found.operators.has(name) && found.warnings.length < 20)
      found.warnings.push(`it uses an operator that is not built in: ${name.slice(7)}`);
    count(found.operators, name);
  }
}

async function readTensor(table: Table): Promise<TensorInfo> {
  const signature = await table.numbers(tensor.shapeSignature, maxRank); // with -1 where a dimension is free
  const shape = signature.length > 0 ? signature : await table.numbers(tensor.shape, maxRank);
  return { name: await table.text(tensor.name), dtype: dtypes[await table.i8(tensor.type)] ?? '?', shape };
}

async function describeEnds(tensors: TableList, indexes: readonly number[]): Promise<string> {
  const values = [];
  for (const index of indexes.slice(0, 100)) {
    const { shape, ...rest } = await readTensor(await tensors.get(index));
    values.push({ ...rest, shape: shape.map((dimension) => (dimension < 0 ? '?' : dimension)) });
  }
  return describeValues(values);
}

/** Tensors that have values in the file: the weights. Buffer 0 is empty by definition. */
async function readTensors(pages: Pages, list: TableList, buffers: TableList, found: Found): Promise<void> {
  for await (const table of list) {
    const index = await table.u32(tensor.buffer);
    if (index === 0 || index >= buffers.length || !(await hasValues(await buffers.get(index)))) continue;
    const read = await readTensor(table);
    const elements = elementCount(read.shape);
    if (elements === null || elements > pages.sizeBytes * 8) pages.fail('the shape of a tensor is too large');
    found.tensorCount += 1;
    if (read.dtype !== 'STRING') found.parameters[read.dtype] = (found.parameters[read.dtype] ?? 0) + elements!;
    if (found.tensors.length < maxListedTensors) found.tensors.push(read);
  }
}

/** Values stand in the vector, or (files above 2 GB) at an offset behind the FlatBuffer. */
async function hasValues(table: Table): Promise<boolean> {
  return (await table.byteCount(buffer.data)) > 0 || (await table.u32(buffer.offset)) > 1;
}

async function readMetadataNames(root: Table): Promise<{ metadata?: string }> {
  const names: string[] = [];
  for await (const entry of await root.tables(model.metadata, 1000)) names.push(await entry.text(0, 100));
  return names.length > 0 ? { metadata: cut(names.join(', ')) } : {};
}
