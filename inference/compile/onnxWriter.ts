/**
 * Writes ONNX models byte by byte.
 *
 * DESIGN: an ONNX file is one protobuf message, ModelProto. A message is a run of fields; a field is a key
 * (`number << 3 | wire type`, a varint) and its content: wire type 0 is a varint, 5 four bytes, 2 a length (varint) and so many
 * bytes, which hold text, raw data or a further message. So a message is written by concatenating its fields, inside out.
 * The numbers below are those of onnx.proto3 (onnx/onnx.proto3, IR version 9).
 */

/** TensorProto.DataType */
const elementTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  bfloat16: 16,
} as const;
export type ElementType = keyof typeof elementTypes;

/** What `Cast` takes for `to`. */
export function elementCode(type: ElementType): number {
  return elementTypes[type];
}

interface TensorShape {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
}

/** Numbers in the graph itself, row-major, as many as the product of `dims`. */
export interface OnnxNumbers extends TensorShape {
  readonly type: 'float' | 'double' | 'int64' | 'bool';
  readonly values: readonly number[];
}

/** Numbers in the graph itself, as the bytes that they have in memory (little-endian). */
export interface OnnxBytes extends TensorShape {
  readonly bytes: Buffer;
}

/** Numbers in another file of the graph's folder: ONNX "external data". */
export interface OnnxExternal extends TensorShape {
  readonly external: { readonly location: string; readonly offset: number; readonly length: number };
}

export type OnnxTensor = OnnxNumbers | OnnxBytes | OnnxExternal;

/** An input or output. A dimension given as text is free; null says nothing of the shape, its rank included. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[] | null;
}

/** A plain number is an integer; `float` and `floats` say that theirs are not. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };

export interface OnnxNode {
  readonly operator: string;
  /** `com.microsoft` for ONNX Runtime's own operators; absent = ONNX's. */
  readonly domain?: string;
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly weights: readonly OnnxTensor[];
  /** In an order in which each node finds its inputs. */
  readonly nodes: readonly OnnxNode[];
}

const irVersion = 9;
/** Version 20 is the first with `Gelu`. */
const opset = 20;
const runtimeDomain = 'com.microsoft';

/** @returns the bytes of a `.onnx` file; the same graph always gives the same bytes */
export function writeOnnx(graph: OnnxGraph): Buffer {
  const producer = bytes(2, 'hubstead');
  const operators = Buffer.concat([bytes(8, number(2, opset)), bytes(8, opsetId(runtimeDomain, 1))]);
  return Buffer.concat([number(1, irVersion), producer, bytes(7, graphProto(graph)), operators]);
}

function opsetId(domain: string, version: number): Buffer {
  return Buffer.concat([bytes(1, domain), number(2, version)]);
}

function graphProto({ name, nodes, weights, inputs, outputs }: OnnxGraph): Buffer {
  return Buffer.concat([
    ...nodes.map((node) => bytes(1, nodeProto(node))),
    bytes(2, name),
    ...weights.map((tensor) => bytes(5, tensorProto(tensor))),
    ...inputs.map((value) => bytes(11, valueInfoProto(value))),
    ...outputs.map((value) => bytes(12, valueInfoProto(value))),
  ]);
}

function nodeProto({ operator, domain, inputs, outputs, attributes = {} }: OnnxNode): Buffer {
  return Buffer.concat([
    ...inputs.map((input) => bytes(1, input)),
    ...outputs.map((output) => bytes(2, output)),
    bytes(3, outputs[0] ?? ''),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value))),
    ...(domain ? [bytes(7, domain)] : []),
  ]);
}

/** AttributeProto.AttributeType: 1 FLOAT, 2 INT, 3 STRING, 6 FLOATS, 7 INTS. */
function attributeProto(name: string, value: OnnxAttribute): Buffer {
  const typed = (type: number, ...content: readonly Buffer[]) =>
    Buffer.concat([bytes(1, name), ...content, number(20, type)]);
  if (typeof value === 'number') return typed(2, number(3, value));
  if (typeof value === 'string') return typed(3, bytes(4, value));
  if ('float' in value) return typed(1, float(2, value.float));
  if ('floats' in value) return typed(6, ...value.floats.map((one) => float(7, one)));
  return typed(7, ...value.map((one) => number(8, one)));
}

/** `data_location` 1 = EXTERNAL. */
function tensorProto(tensor: OnnxTensor): Buffer {
  const { name, type, dims } = tensor;
  const head = [...dims.map((dim) => number(1, dim)), number(2, elementTypes[type]), bytes(8, name)];
  if (!('external' in tensor)) return Buffer.concat([...head, bytes(9, contentOf(tensor))]);
  const entries = Object.entries(tensor.external).map(([key, value]) =>
    bytes(13, Buffer.concat([bytes(1, key), bytes(2, String(value))])),
  );
  return Buffer.concat([...head, ...entries, number(14, 1)]);
}

function contentOf(tensor: OnnxNumbers | OnnxBytes): Buffer {
  if ('bytes' in tensor) return tensor.bytes;
  const { type, values } = tensor;
  if (type === 'bool') return Buffer.from(values);
  if (type === 'double') return Buffer.from(Float64Array.from(values).buffer);
  return Buffer.from(type === 'float' ? Float32Array.from(values).buffer : BigInt64Array.from(values, BigInt).buffer);
}

function valueInfoProto({ name, type, dims }: OnnxValue): Buffer {
  const shape = dims?.map((dim) => bytes(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim)));
  const tensorType = Buffer.concat([number(1, elementTypes[type]), ...(shape ? [bytes(2, Buffer.concat(shape))] : [])]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function float(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), content]);
}

function bytes(field: number, content: string | Buffer): Buffer {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  return Buffer.concat([varint((field << 3) | 2), varint(body.length), body]);
}

/** Seven bits a byte, lowest first; the top bit says that more follow. Negative numbers are 64-bit two's complement. */
function varint(value: number): Buffer {
  const written: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left > 127n; left >>= 7n) written.push(Number(left & 127n) | 128);
  return Buffer.from([...written, Number(left)]);
}
