interface TensorValues {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A file of these tensors; zeros where there are fewer values than the shape says. */
export function safetensors(
  dtype: 'F32' | 'F16' | 'BF16' | 'I8',
  tensors: Readonly<Record<string, TensorValues>>,
): Buffer {
  const bytes = { F32: 4, F16: 2, BF16: 2, I8: 1 }[dtype];
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const part = Buffer.alloc(shape.reduce((a, b) => a * b, 1) * bytes);
    for (const [i, value] of values.entries()) write[dtype](part, value, i * bytes);
    header[name] = { dtype, shape, data_offsets: [offset, offset + part.length] };
    offset += part.length;
    parts.push(part);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}

const write = {
  F32: (part: Buffer, value: number, at: number) => part.writeFloatLE(value, at),
  F16: (part: Buffer, value: number, at: number) => part.writeUInt16LE(halfBits(value), at),
  BF16: (part: Buffer, value: number, at: number) => {
    const float = Buffer.alloc(4);
    float.writeFloatBE(value);
    part.writeUInt16LE(float.readUInt16BE(), at);
  },
  I8: (part: Buffer, value: number, at: number) => part.writeInt8(value, at),
};

/** Bits of a number that half precision holds exactly. */
function halfBits(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | Math.round((Math.abs(value) / 2 ** exponent - 1) * 1024);
}
