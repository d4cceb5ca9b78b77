/**
 * Xet writes a hash of 32 bytes as four little-endian numbers of 64 bits, each as 16 hex digits: not byte by byte. Names of
 * xorbs are such texts, and the sha256 of a shard is stored so that its text in this form is the usual one.
 */
export function formatHash(bytes: Buffer): string {
  return Buffer.from(bytes).swap64().toString('hex');
}

export const hashPattern = /^[0-9a-f]{64}$/;
