import { z } from 'zod';

/**
 * An image or a sound in a request: its bytes, which a door may have as the body, or text: base64, or a `data:` address.
 * Other addresses are refused: nothing is fetched for a caller.
 */
export const media = z.unknown().transform((value, context): Uint8Array => {
  const bytes = bytesOf(value);
  if (bytes instanceof Uint8Array) return bytes;
  context.addIssue({ code: 'custom', message: bytes });
  return z.NEVER;
});

/** The bytes, or what is wrong with the value. */
function bytesOf(value: unknown): Uint8Array | string {
  if (value instanceof Uint8Array) return value.length > 0 ? value : 'is an empty file';
  if (typeof value !== 'string') return 'takes a file: as the body itself, or in JSON as base64 or a data: address';
  if (/^https?:/i.test(value)) return 'is an address; none is fetched here: send the file itself, or its base64';
  const base64 = /^data:/i.test(value) ? base64OfDataUrl(value) : value;
  if (base64 === null) return 'is a data: address without base64';
  return decoded(base64) ?? 'is no base64';
}

function base64OfDataUrl(url: string): string | null {
  const comma = url.indexOf(',');
  return comma >= 0 && /;\s*base64\s*$/i.test(url.slice(0, comma)) ? url.slice(comma + 1) : null;
}

/** Base64 of either alphabet, with or without padding and line ends; null for anything else. */
function decoded(text: string): Uint8Array | null {
  if (!/^[\w+/\s-]+$/.test(text.trimEnd().replace(/={1,2}$/, ''))) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : null;
}
