/** IEEE 754 half precision, from its bits. */
export function halfToFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

type FloatType = 'F32' | 'F16' | 'BF16';

export function isFloatType(dtype: string): dtype is FloatType {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** Numbers of a safetensors tensor, from its little-endian bytes, on processors that count bytes alike: all that ONNX Runtime has. */
export function floatsOf(dtype: FloatType, bytes: Buffer): Float32Array {
  // A copy begins where numbers may begin.
  const copy = Uint8Array.from(bytes).buffer;
  if (dtype === 'F32') return new Float32Array(copy);
  const words = new Uint16Array(copy);
  if (dtype === 'F16') return Float32Array.from(words, halfToFloat);
  // The upper half of a float32.
  const bits = new Uint32Array(words.length);
  for (let at = 0; at < words.length; at++) bits[at] = words[at]! << 16;
  return new Float32Array(bits.buffer);
}
