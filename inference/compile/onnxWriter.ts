/**
 * Writes ONNX models byte by byte.
 *
 * DESIGN: an ONNX file is one protobuf message, ModelProto. A message is a run of fields; a field is a key
 * (`number << 3 | wire type`, a varint) and its content: wire type 0 is a varint, 2 is a length (varint) and so many
 * bytes, which hold text, raw data or a further message. So a message is written by concatenating its fields, inside out.
 * The numbers below are those of onnx.proto3 (onnx/onnx.proto3, IR version 8).
 */

/** TensorProto.DataType */
const elementTypes = { float: 1, int64: 7 } as const;
export type ElementType = keyof typeof elementTypes;

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  /** Row-major; as many as the product of `dims`. */
  readonly values: readonly number[];
}

/** An input or output. A dimension given as text is free. */
export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Integer attributes, such as `axis`. */
  readonly attributes?: Readonly<Record<string, number>>;
}

export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly weights: readonly OnnxTensor[];
  /** In an order in which each node finds its inputs. */
  readonly nodes: readonly OnnxNode[];
}

const irVersion = 8;
const opset = 17;

/** @returns the bytes of a `.onnx` file; the same graph always gives the same bytes */
export function writeOnnx(graph: OnnxGraph): Buffer {
  const producer = bytes(2, 'hubstead');
  return Buffer.concat([number(1, irVersion), producer, bytes(7, graphProto(graph)), bytes(8, number(2, opset))]);
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

function nodeProto({ operator, inputs, output, attributes = {} }: OnnxNode): Buffer {
  return Buffer.concat([
    ...inputs.map((input) => bytes(1, input)),
    bytes(2, output),
    bytes(3, output),
    bytes(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attributeProto(name, value))),
  ]);
}

/** Type 2 = INT. */
function attributeProto(name: string, value: number): Buffer {
  return Buffer.concat([bytes(1, name), number(3, value), number(20, 2)]);
}

function tensorProto({ name, type, dims, values }: OnnxTensor): Buffer {
  const raw = type === 'float' ? Float32Array.from(values) : BigInt64Array.from(values, BigInt);
  return Buffer.concat([
    ...dims.map((dim) => number(1, dim)),
    number(2, elementTypes[type]),
    bytes(8, name),
    bytes(9, Buffer.from(raw.buffer)),
  ]);
}

function valueInfoProto({ name, type, dims }: OnnxValue): Buffer {
  const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim)));
  const tensorType = Buffer.concat([number(1, elementTypes[type]), bytes(2, Buffer.concat(shape))]);
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensorType))]);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
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
