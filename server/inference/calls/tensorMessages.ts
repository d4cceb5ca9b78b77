import { HubError } from '../../../config/errors.js';
import { isJsonObject } from '../../../config/jsonObject.js';
import type { TensorType, TypedTensor } from '../../../inference/pipelines/model.js';
import { tensorBytes } from '../../../inference/pipelines/tensors.js';

/*
 * Bodies of the Open Inference Protocol (v2), with its binary tensor data extension: a JSON header whose length stands in
 * `Inference-Header-Content-Length`, then the bytes of the tensors that the header calls binary, one after the other,
 * little-endian. Source: the protocol's "Inference Request/Response JSON Object" and the extension's text.
 */

/** The protocol's names of number types. */
const datatypes = {
  FP32: 'float32',
  FP64: 'float64',
  FP16: 'float16',
  INT64: 'int64',
  INT32: 'int32',
  INT8: 'int8',
  UINT8: 'uint8',
  BOOL: 'bool',
} as const satisfies Readonly<Record<string, TensorType>>;
type Datatype = keyof typeof datatypes;

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** The protocol's name of a graph's number type, or null when it has none here. */
export function datatypeOf(type: string): Datatype | null {
  return (Object.keys(datatypes) as Datatype[]).find((name) => datatypes[name] === type) ?? null;
}

export interface TensorRequest {
  readonly id: string | null;
  readonly tensors: Readonly<Record<string, TypedTensor>>;
  /** Outputs asked for, in their order; null = all. */
  readonly outputs: readonly string[] | null;
  readonly isBinary: (output: string) => boolean;
}

/** Reads a body. `headerLength` is that of its JSON part; null = all of it is JSON. @throws HubError INFERENCE_INPUT_INVALID */
export function readTensorRequest(body: Buffer, headerLength: number | null): TensorRequest {
  const length = headerLength ?? body.length;
  if (!(length >= 0 && length <= body.length))
    throw invalid(`Inference-Header-Content-Length says ${length}; the body has ${body.length} bytes`);
  const header = parseHeader(body.toString('utf8', 0, length));
  if (!Array.isArray(header.inputs)) throw invalid('"inputs" is a list of tensors');
  const rest = new Bytes(body.subarray(length));
  const tensors: Record<string, TypedTensor> = {};
  for (const [index, input] of header.inputs.entries()) {
    const { name, tensor } = readTensor(input, `inputs[${index}]`, rest);
    if (Object.hasOwn(tensors, name)) throw invalid(`inputs: "${name}" stands twice`);
    tensors[name] = tensor;
  }
  rest.refuseLeft();
  return { id: typeof header.id === 'string' ? header.id : null, tensors, ...readOutputs(header) };
}

function parseHeader(text: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(text);
    if (isJsonObject(header)) return header;
  } catch {
    // Said below.
  }
  throw invalid('The body must be a JSON object with "inputs"');
}

function readOutputs(header: Readonly<Record<string, unknown>>): Pick<TensorRequest, 'outputs' | 'isBinary'> {
  const all = isJsonObject(header.parameters) && header.parameters.binary_data_output === true;
  if (header.outputs === undefined) return { outputs: null, isBinary: () => all };
  if (!Array.isArray(header.outputs)) throw invalid('"outputs" is a list of names');
  const binary = new Map<string, boolean>();
  for (const output of header.outputs) {
    if (!isJsonObject(output) || typeof output.name !== 'string') throw invalid('each of "outputs" has a "name"');
    const parameters = isJsonObject(output.parameters) ? output.parameters : {};
    if (parameters.classification !== undefined) throw invalid('the classification extension is not served here');
    binary.set(output.name, typeof parameters.binary_data === 'boolean' ? parameters.binary_data : all);
  }
  return { outputs: [...binary.keys()], isBinary: (name) => binary.get(name) ?? all };
}

function readTensor(input: unknown, place: string, rest: Bytes): { name: string; tensor: TypedTensor } {
  if (!isJsonObject(input) || typeof input.name !== 'string') throw invalid(`${place}: has no "name"`);
  const { name, datatype, shape, parameters, data } = input;
  const known = Object.keys(datatypes).join(', ');
  if (typeof datatype !== 'string' || !Object.hasOwn(datatypes, datatype))
    throw invalid(`${place}.datatype: ${JSON.stringify(datatype)?.slice(0, 50)} is not read; read are ${known}`);
  const type = datatypes[datatype as Datatype];
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0))
    throw invalid(`${place}.shape: takes a list of whole numbers`);
  const count = shape.reduce((product: number, size: number) => product * size, 1);
  const size = isJsonObject(parameters) ? parameters.binary_data_size : undefined;
  const values =
    size === undefined
      ? jsonValues(data, type, count, place)
      : binaryValues(rest.take(size, place), type, count, place);
  return { name, tensor: { type, data: values, dims: shape } as TypedTensor };
}

function binaryValues(bytes: Buffer, type: TensorType, count: number, place: string): TypedTensor['data'] {
  const needed = count * tensorBytes[type];
  if (bytes.length !== needed)
    throw invalid(`${place}: its shape needs ${needed} bytes, binary_data_size is ${bytes.length}`);
  // A copy begins where numbers of its width may begin.
  const own = new Uint8Array(bytes).buffer;
  return new arrays[type](own);
}

function jsonValues(data: unknown, type: TensorType, count: number, place: string): TypedTensor['data'] {
  if (type === 'float16') throw invalid(`${place}: FP16 has no JSON form; send it as binary data`);
  const values = Array.isArray(data) ? (data.flat(Number.POSITIVE_INFINITY) as unknown[]) : [];
  if (values.length !== count) throw invalid(`${place}.data: has ${values.length} numbers, its shape needs ${count}`);
  if (type === 'bool') return Uint8Array.from(values, (value) => (value ? 1 : 0));
  const wrong = values.find((value) => typeof value !== 'number' || (/int/.test(type) && !Number.isSafeInteger(value)));
  if (wrong !== undefined) throw invalid(`${place}.data: ${JSON.stringify(wrong)?.slice(0, 50)} is no ${type}`);
  if (type === 'int64') return BigInt64Array.from(values as number[], BigInt);
  return arrays[type].from(values as number[]);
}

/** The binary part of a body, taken piece by piece. */
class Bytes {
  #left: Buffer;

  constructor(bytes: Buffer) {
    this.#left = bytes;
  }

  take(size: unknown, place: string): Buffer {
    const isThere = Number.isSafeInteger(size) && Number(size) >= 0 && Number(size) <= this.#left.length;
    if (!isThere) throw invalid(`${place}: binary_data_size is ${size}; ${this.#left.length} bytes are left`);
    const taken = this.#left.subarray(0, Number(size));
    this.#left = this.#left.subarray(Number(size));
    return taken;
  }

  refuseLeft(): void {
    if (this.#left.length > 0) throw invalid(`${this.#left.length} bytes after the last tensor belong to none`);
  }
}

export interface TensorAnswer {
  readonly model: string;
  readonly version: string;
  readonly id: string | null;
  readonly outputs: readonly { readonly name: string; readonly tensor: TypedTensor }[];
}

/** A response body; `headerLength` is null when all of it is JSON. @throws HubError INFERENCE_UNAVAILABLE */
export function writeTensorAnswer(
  { model, version, id, outputs }: TensorAnswer,
  isBinary: (output: string) => boolean,
): { body: Buffer; headerLength: number | null } {
  const parts: Buffer[] = [];
  const written = outputs.map(({ name, tensor }) => {
    const head = { name, datatype: datatypeOf(tensor.type), shape: tensor.dims };
    if (!isBinary(name)) return `${JSON.stringify(head).slice(0, -1)},"data":${jsonNumbers(name, tensor)}}`;
    const bytes = Buffer.from(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
    parts.push(bytes);
    return JSON.stringify({ ...head, parameters: { binary_data_size: bytes.length } });
  });
  const head = JSON.stringify({ model_name: model, model_version: version, ...(id !== null && { id }) });
  const header = Buffer.from(`${head.slice(0, -1)},"outputs":[${written.join(',')}]}`);
  return { body: Buffer.concat([header, ...parts]), headerLength: parts.length > 0 ? header.length : null };
}

/** By hand, since JSON.stringify knows no 64-bit numbers. */
function jsonNumbers(name: string, { type, data }: TypedTensor): string {
  if (type === 'float16') throw unavailable(`the output ${name} is FP16, which has no JSON form; ask for binary data`);
  if (type === 'bool') return `[${Array.from(data, (value) => value !== 0).join(',')}]`;
  if (/^float/.test(type) && !(data as Float32Array).every(Number.isFinite))
    throw unavailable(`the output ${name} holds numbers that JSON has not (NaN, Infinity); ask for binary data`);
  return `[${data.join(',')}]`;
}

function invalid(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', { reason });
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
