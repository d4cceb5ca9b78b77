import { z } from 'zod';
import { isJsonObject } from '../../config/jsonObject.js';

/**
 * An image or a sound in a request: its bytes, which a door may have as the body, or text: base64, or a `data:` address.
 * Other addresses are refused: where the hub fetches files, it has put their bytes in the addresses' places.
 */
export const media = z.unknown().transform((value, context): Uint8Array => {
  const bytes = bytesOf(value);
  if (bytes instanceof Uint8Array) return bytes;
  context.addIssue({ code: 'custom', message: bytes });
  return z.NEVER;
});

/** Most files in one call. */
const maxFiles = 32;

/** One image or sound, or a list of them. */
export const mediaList = z.unknown().transform((value, context): Uint8Array | Uint8Array[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > maxFiles) {
    context.addIssue({ code: 'custom', message: `takes a file, or a list of 1 to ${maxFiles}` });
    return z.NEVER;
  }
  const files: Uint8Array[] = [];
  for (const [index, item] of list.entries()) {
    const bytes = bytesOf(item);
    if (bytes instanceof Uint8Array) files.push(bytes);
    else context.addIssue({ code: 'custom', message: bytes, path: Array.isArray(value) ? [index] : [] });
  }
  return Array.isArray(value) ? files : files[0]!;
});

/** The image of `{image: …}`, as some clients wrap it; anything else as it stands. */
export function imageOf(value: unknown): unknown {
  return isJsonObject(value) && 'image' in value ? value.image : value;
}

/** The bytes, or what is wrong with the value. */
function bytesOf(value: unknown): Uint8Array | string {
  if (value instanceof Uint8Array) return value.length > 0 ? value : 'is an empty file';
  if (typeof value !== 'string') return 'takes a file: as the body itself, or in JSON as base64 or a data: address';
  if (/^https?:/i.test(value))
    return 'is an address, and this hub fetches none (option inference.fetchUrls): send the file itself, or its base64';
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
