import { type Fields, type Hdf5File, markedFieldsAt, nowhere } from './hdf5Fields.js';

/*
 * How newer HDF5 files keep many links or attributes: a B-tree (version 2) of heap IDs, and a fractal heap that holds what
 * they name. Source: HDF5 File Format Specification 3.0, III.A.2 and III.G; libhdf5 H5B2int.c, H5HFdtable.c.
 */

const maxObjects = 100_000;
const maxTreeDepth = 16;

/** Bytes that hold numbers up to `limit`. */
function bytesFor(limit: number): number {
  return Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1;
}

/** The objects that a name index lists, each as its bytes; kinds that are not read are left out and counted. */
export async function readIndexedObjects(
  file: Hdf5File,
  heapAt: number,
  indexAt: number,
): Promise<{ objects: readonly Buffer[]; left: number }> {
  const heap = await readHeap(file, heapAt);
  const objects: Buffer[] = [];
  let left = 0;
  for (const id of await readHeapIds(file, indexAt, heap.idBytes)) {
    const object = await heapObject(file, heap, id);
    if (object) objects.push(object);
    else left += 1;
  }
  return { objects, left };
}

interface Tree {
  readonly nodeBytes: number;
  readonly recordBytes: number;
  /** Where in a record the heap ID stands. */
  readonly idAt: number;
  readonly idBytes: number;
  /** Bytes of a pointer to a child, by the depth of the node that has it. */
  readonly pointerBytes: readonly number[];
  readonly countBytes: number;
}

/** Heap IDs behind what is before them in a record: the hash of a link's name; nothing for an attribute. */
const idPlaces: Readonly<Record<number, number>> = { 5: 4, 6: 8, 8: 0, 9: 0 };

async function readHeapIds(file: Hdf5File, at: number, idBytes: number): Promise<readonly Buffer[]> {
  const head = await markedFieldsAt(file, at, 'BTHD', 22 + file.addressBytes + file.lengthBytes);
  const idAt = idPlaces[head.skip(1).number(1)] ?? file.pages.fail('an index of an unknown type');
  const [nodeBytes, recordBytes, depth] = [head.number(4), head.number(2), head.number(2)];
  const root = head.skip(2).address();
  const records = head.number(2);
  if (idAt + idBytes > recordBytes || depth > maxTreeDepth) file.pages.fail('an index is damaged');
  const leafMost = Math.floor((nodeBytes - 10) / recordBytes);
  const countBytes = bytesFor(leafMost);
  const pointerBytes = [0];
  let most = leafMost;
  for (let level = 1, totalBytes = 0; level <= depth; level++) {
    const pointer = file.addressBytes + countBytes + totalBytes;
    pointerBytes.push(pointer);
    const inNode = Math.floor((nodeBytes - 10 - pointer) / (recordBytes + pointer));
    most = (inNode + 1) * most + inNode;
    totalBytes = bytesFor(most);
  }
  const ids: Buffer[] = [];
  if (root !== nowhere)
    await readTreeNode(
      file,
      { nodeBytes, recordBytes, idAt, idBytes, pointerBytes, countBytes },
      root,
      records,
      depth,
      ids,
    );
  return ids;
}

async function readTreeNode(
  file: Hdf5File,
  tree: Tree,
  at: number,
  records: number,
  depth: number,
  ids: Buffer[],
): Promise<void> {
  const node = await markedFieldsAt(file, at, depth === 0 ? 'BTLF' : 'BTIN', tree.nodeBytes);
  node.skip(2);
  for (let index = 0; index < records; index++) {
    ids.push(node.take(tree.recordBytes).subarray(tree.idAt, tree.idAt + tree.idBytes));
    if (ids.length > maxObjects) file.pages.fail('a group has too many links or attributes');
  }
  if (depth === 0) return;
  const pointer = tree.pointerBytes[depth]!;
  for (let index = 0; index <= records; index++) {
    const next = node.at + pointer;
    const child = node.address();
    const childRecords = node.number(tree.countBytes);
    node.skip(next - node.at);
    await readTreeNode(file, tree, child, childRecords, depth - 1, ids);
  }
}

interface Heap {
  readonly idBytes: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly isFiltered: boolean;
  readonly width: number;
  readonly startBytes: number;
  readonly directRows: number;
  readonly root: number;
  readonly rows: number;
}

async function readHeap(file: Hdf5File, at: number): Promise<Heap> {
  const head = await markedFieldsAt(file, at, 'FRHP', 22 + file.addressBytes * 3 + file.lengthBytes * 12);
  const idBytes = head.skip(1).number(2);
  const isFiltered = head.number(2) > 0;
  const mostManaged = head.skip(1).number(4);
  head.skip(file.lengthBytes + file.addressBytes + file.lengthBytes + file.addressBytes + file.lengthBytes * 8);
  const [width, startBytes, mostDirect] = [head.number(2), head.length(), head.length()];
  const offsetBytes = Math.ceil(head.number(2) / 8);
  const root = head.skip(2).address();
  if (width < 1 || startBytes < 1 || mostDirect < startBytes || offsetBytes > 8) file.pages.fail('a heap is damaged');
  return {
    idBytes,
    offsetBytes,
    lengthBytes: Math.min(bytesFor(mostDirect), bytesFor(mostManaged)),
    isFiltered,
    width,
    startBytes,
    directRows: Math.log2(mostDirect) - Math.log2(startBytes) + 2,
    root,
    rows: head.number(2),
  };
}

/** The bytes that a heap ID names, or null for a kind that is not read (huge objects, filtered blocks). */
async function heapObject(file: Hdf5File, heap: Heap, id: Buffer): Promise<Buffer | null> {
  const kind = (id[0]! >> 4) & 3;
  if (kind === 2) return id.subarray(1, 2 + (id[0]! & 15));
  if (kind !== 0 || heap.isFiltered || 1 + heap.offsetBytes + heap.lengthBytes > id.length) return null;
  const offset = littleEndian(file, id, 1, heap.offsetBytes);
  const length = littleEndian(file, id, 1 + heap.offsetBytes, heap.lengthBytes);
  const at = await placeInHeap(file, heap, offset);
  return file.pages.bytes(at, length);
}

function littleEndian(file: Hdf5File, bytes: Buffer, at: number, width: number): number {
  let value = 0;
  for (let index = width - 1; index >= 0; index--) value = value * 256 + bytes[at + index]!;
  if (!Number.isSafeInteger(value)) file.pages.fail('a number is too large');
  return value;
}

/** Blocks stand in rows of `width`; those of the first two rows have the start size, each row below twice the one above. */
async function placeInHeap(file: Hdf5File, heap: Heap, offset: number): Promise<number> {
  let [at, left, rows] = [heap.root, offset, heap.rows];
  for (let depth = 0; rows > 0; depth++) {
    if (depth > maxTreeDepth) file.pages.fail('a heap is damaged');
    const rowBytes = heap.startBytes * heap.width;
    const row = left < rowBytes ? 0 : Math.floor(Math.log2(left / rowBytes)) + 1;
    const blockBytes = heap.startBytes * 2 ** Math.max(0, row - 1);
    const rowStart = row === 0 ? 0 : rowBytes * 2 ** (row - 1);
    const column = Math.floor((left - rowStart) / blockBytes);
    if (row >= rows) file.pages.fail('an object lies outside its heap');
    const head = 5 + file.addressBytes + heap.offsetBytes;
    const block = await markedFieldsAt(file, at, 'FHIB', head + (row * heap.width + column + 1) * file.addressBytes);
    at = addressIn(block, head + (row * heap.width + column) * file.addressBytes);
    left -= rowStart + column * blockBytes;
    rows = row < heap.directRows ? 0 : Math.log2(blockBytes) - Math.log2(rowBytes) + 1;
  }
  if (at === nowhere) file.pages.fail('an object lies outside its heap');
  return at + left;
}

function addressIn(block: Fields, at: number): number {
  return block.skip(at - block.at).address();
}
