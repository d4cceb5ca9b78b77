import type { Picture } from '../../../views/widgets/drawings.js';
import type { RepoRow } from '../../accounts/types.js';
import { fileAddress } from './sourceOf.js';

/** Tasks whose answers are places in the picture, or another beside it. */
const drawn: ReadonlySet<string> = new Set(['object-detection', 'image-segmentation', 'image-to-image']);
/** A larger picture is not sent back with a page: its answer is drawn on an empty ground. */
const maxReturnedBytes = 2 * 1_048_576;

interface Shown {
  readonly task: string;
  /** What was asked about: bytes, or an address of them. */
  readonly source: Uint8Array | string | null;
  /** Path in the repository, where it is from there. */
  readonly path: string | undefined;
  readonly row: RepoRow;
  /** The browser has the file at hand. */
  readonly isAtHand: boolean;
}

/** The picture to draw an answer on; null where nothing is drawn, or its size cannot be read. */
export async function pictureOf({ task, source, path, row, isAtHand }: Shown): Promise<Picture | null> {
  if (!drawn.has(task) || source === null) return null;
  const isOwn = typeof source === 'string';
  const bytes = isOwn ? bytesOfDataAddress(source) : source;
  const size = bytes && (await sizeOf(bytes));
  if (!size) return null;
  if (isOwn) return { ...size, source };
  if (path) return { ...size, source: fileAddress(row, path) };
  return { ...size, source: isAtHand || bytes.length > maxReturnedBytes ? null : dataAddress(bytes, size.type) };
}

function bytesOfDataAddress(address: string): Uint8Array | null {
  const base64 = /^data:image\/[\w.+-]+;base64,([\w+/=]+)$/.exec(address)?.[1];
  return base64 && address.length <= maxReturnedBytes ? Buffer.from(base64, 'base64') : null;
}

function dataAddress(bytes: Uint8Array, type: string): string {
  return `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
}

const shownTypes: Readonly<Record<string, string>> = { jpg: 'jpeg', png: 'png', gif: 'gif', webp: 'webp' };
/** By EXIF these lie on their side; browsers, as the models do, set them upright. */
const firstTurned = 5;

/** From the file's head alone: pixels are decoded where models run, not here. */
export async function sizeOf(bytes: Uint8Array): Promise<{ width: number; height: number; type: string } | null> {
  const { imageSize, types, disableTypes } = await import('image-size');
  disableTypes(types.filter((type) => !shownTypes[type]));
  try {
    const { width, height, type = '', orientation = 1 } = imageSize(bytes);
    const known = shownTypes[type];
    if (!known || !(width > 0 && height > 0)) return null;
    const upright = orientation < firstTurned ? { width, height } : { width: height, height: width };
    return { ...upright, type: known };
  } catch {
    return null;
  }
}
