/**
 * The colour that Pillow gives the transparent pixels of a GIF's first picture: that of the transparent index in its colour
 * table, or of the first index where the file names none. Black when the file ends before.
 * Format: GIF89a specification, 18 to 23.
 */
export function gifBackdrop(file: Uint8Array): readonly [number, number, number] {
  const byte = (at: number): number => file[at] ?? 0;
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const globalTable = 13;
  let at = globalTable + tableBytes(byte(10));
  let transparent = 0;
  while (byte(at) === extension) {
    if (byte(at + 1) === graphicControl && byte(at + 3) & 1) transparent = byte(at + 6);
    at = afterBlocks(at + 2, byte);
  }
  const isLocal = byte(at) === imageDescriptor && tableBytes(byte(at + 9)) > 0;
  const colour = (isLocal ? at + 10 : globalTable) + 3 * transparent;
  return [byte(colour), byte(colour + 1), byte(colour + 2)];
}

const extension = 0x21;
const graphicControl = 0xf9;
const imageDescriptor = 0x2c;

/** Behind a chain of blocks, each with its length before it, an empty one at the end. */
function afterBlocks(start: number, byte: (at: number) => number): number {
  let at = start;
  while (byte(at) > 0) at += byte(at) + 1;
  return at + 1;
}
