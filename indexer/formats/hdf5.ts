import { Fields, fieldsAt, type Hdf5File, markedFieldsAt, nowhere } from './hdf5Fields.js';
import { readIndexedObjects } from './hdf5Heap.js';
import { budgetBytes, cut, elementCount } from './limits.js';
import { Pages } from './pages.js';
import type { RangeReader, TensorInfo } from './types.js';

/*
 * The tree of an HDF5 file by ranges: groups, datasets with type and shape, attributes. Old groups (symbol tables) and new
 * ones (links in the header or in a heap). Data is never read, so no filter runs; external links and external storage are
 * told and not followed. Source: HDF5 File Format Specification 3.0.
 */

const signature = Buffer.from('894844460d0a1a0a', 'hex');
const maxDepth = 64;
const maxObjects = 100_000;
const maxMessages = 500_000;
const maxReads = 500_000;
const maxRank = 32;
const maxNameLength = 1024;
/** Characters of all names together: links may share one long text. */
const maxNameCharacters = 16_000_000;
const maxTextBytes = 4 * 1_048_576;

/** Numbers of header messages. */
const dataspaceMessage = 0x01;
const linkInfoMessage = 0x02;
const datatypeMessage = 0x03;
const linkMessage = 0x06;
const externalFilesMessage = 0x07;
const layoutMessage = 0x08;
const attributeMessage = 0x0c;
const continuationMessage = 0x10;
const symbolTableMessage = 0x11;
const attributeInfoMessage = 0x15;

export interface Hdf5Tree {
  readonly superblock: number;
  /** Groups below the root. */
  readonly groupCount: number;
  /** Attributes of the root and of `model_weights`: texts as they are, of others how many elements they have. */
  readonly attributes: ReadonlyMap<string, string | number>;
  readonly warnings: readonly string[];
}

export interface Hdf5Dataset extends TensorInfo {
  /** False when the file has no bytes of it. */
  readonly isStored: boolean;
}

interface Message {
  readonly type: number;
  readonly isShared: boolean;
  readonly data: Buffer;
}

interface Link {
  readonly name: string;
  readonly address: number;
}

interface Walk {
  readonly file: Hdf5File;
  /** Places that were read: a file may point in circles. */
  readonly seen: Set<number>;
  readonly onDataset: (dataset: Hdf5Dataset) => void;
  readonly attributes: Map<string, string | number>;
  readonly warnings: Set<string>;
  groupCount: number;
  objectCount: number;
  nameCharacters: number;
  messageCount: number;
}

/**
 * @param onDataset is given each dataset once, by whatever path it is met first
 * @throws HubError WEIGHT_HEADER_INVALID
 */
export async function readHdf5(
  path: string,
  reader: RangeReader,
  onDataset: (dataset: Hdf5Dataset) => void,
): Promise<Hdf5Tree> {
  const pages = new Pages(reader, path, { budgetBytes, maxReads });
  const { file, root, superblock } = await readSuperblock(pages);
  const walk: Walk = {
    file,
    seen: new Set(),
    onDataset,
    attributes: new Map(),
    warnings: new Set(),
    groupCount: 0,
    objectCount: 0,
    nameCharacters: 0,
    messageCount: 0,
  };
  await visit(walk, { name: '', address: root }, '', 0);
  const { attributes, groupCount, warnings } = walk;
  return { superblock, groupCount: groupCount - 1, attributes, warnings: [...warnings] };
}

/** It stands at 0, 512, 1024, … */
async function readSuperblock(pages: Pages): Promise<{ file: Hdf5File; root: number; superblock: number }> {
  for (let at = 0; at + 48 <= Math.min(pages.sizeBytes, 65_536); at = at === 0 ? 512 : at * 2) {
    if (!(await pages.bytes(at, 8)).equals(signature)) continue;
    const superblock = (await pages.bytes(at + 8, 1))[0]!;
    if (superblock > 3) pages.fail(`HDF5 superblock version ${superblock} is not known`);
    const sizes = await pages.bytes(at + (superblock < 2 ? 13 : 9), 2);
    const [addressBytes, lengthBytes] = [sizes[0]!, sizes[1]!];
    if (![4, 8].includes(addressBytes) || ![4, 8].includes(lengthBytes))
      pages.fail('its addresses have an unknown width');
    const file = { pages, base: at, addressBytes, lengthBytes };
    // Before it: base, free space, end, driver and the name of the root; or base, extension and end.
    const root = superblock < 2 ? 24 + (superblock === 1 ? 4 : 0) + addressBytes * 5 : 12 + addressBytes * 3;
    return { file, root: (await fieldsAt(file, at + root, addressBytes)).address(), superblock };
  }
  return pages.fail('it has no HDF5 signature');
}

async function visit(walk: Walk, link: Link, parent: string, depth: number): Promise<void> {
  const { file } = walk;
  if (walk.seen.has(link.address)) return;
  walk.seen.add(link.address);
  walk.objectCount += 1;
  if (depth > maxDepth) file.pages.fail(`its groups are nested deeper than ${maxDepth}`);
  if (walk.objectCount > maxObjects) file.pages.fail(`it has more than ${maxObjects} groups and datasets`);
  const path = depth === 0 ? '' : cut(parent ? `${parent}/${link.name}` : link.name);
  const messages = await readMessages(walk, link.address);
  const space = messages.find(({ type }) => type === dataspaceMessage);
  const type = messages.find((message) => message.type === datatypeMessage);
  if (space && type) return readDataset(walk, path, messages, space, type);
  if (type) return; // a type by itself
  walk.groupCount += 1;
  if (depth === 0 || path === 'model_weights') await readAttributes(walk, messages);
  for (const child of await readLinks(walk, messages)) await visit(walk, child, path, depth + 1);
}

// ---- object headers

async function readMessages(walk: Walk, at: number): Promise<readonly Message[]> {
  const { file } = walk;
  const isNew = (await file.pages.bytes(at, 4)).toString('latin1') === 'OHDR';
  const messages: Message[] = [];
  const seen = new Set<number>();
  const blocks = [isNew ? await newHeader(file, at) : await oldHeader(file, at)];
  for (let block = blocks.shift(); block; block = blocks.shift()) {
    for (const message of messagesIn(walk, block)) {
      if (message.type !== continuationMessage) messages.push(message);
      else {
        const fields = new Fields(file, message.data);
        const [address, length] = [fields.address(), fields.length()];
        if (seen.has(address)) file.pages.fail('a header goes on in a circle');
        seen.add(address);
        const bytes = await fieldsAt(file, address, length);
        blocks.push({ ...block, fields: isNew ? withoutMarkAndSum(file, bytes) : bytes });
      }
    }
  }
  return messages;
}

interface Block {
  readonly fields: Fields;
  /** Old headers have longer message heads and padding. */
  readonly isNew: boolean;
  readonly hasOrder: boolean;
}

async function oldHeader(file: Hdf5File, at: number): Promise<Block> {
  const head = await fieldsAt(file, at, 16);
  if (head.number(1) !== 1) file.pages.fail(`no object header stands at ${at}`);
  const length = head.skip(7).number(4);
  return { fields: await fieldsAt(file, at + 16, length), isNew: false, hasOrder: false };
}

async function newHeader(file: Hdf5File, at: number): Promise<Block> {
  const flags = (await file.pages.bytes(at + 5, 1))[0]!;
  const width = 1 << (flags & 3);
  const lengthAt = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const length = (await fieldsAt(file, lengthAt, width)).number(width);
  return { fields: await fieldsAt(file, lengthAt + width, length), isNew: true, hasOrder: (flags & 4) !== 0 };
}

function withoutMarkAndSum(file: Hdf5File, fields: Fields): Fields {
  if (fields.left < 8 || fields.take(4).toString('latin1') !== 'OCHK') file.pages.fail('a header breaks off');
  return new Fields(file, fields.take(fields.left - 4));
}

function* messagesIn(walk: Walk, { fields, isNew, hasOrder }: Block): Generator<Message> {
  const head = isNew ? 4 + (hasOrder ? 2 : 0) : 8;
  while (fields.left >= head) {
    walk.messageCount += 1;
    if (walk.messageCount > maxMessages) walk.file.pages.fail('its headers have too many parts');
    const type = fields.number(isNew ? 1 : 2);
    const length = fields.number(2);
    const flags = fields.number(1);
    fields.skip(head - (isNew ? 4 : 5));
    yield { type, isShared: (flags & 2) !== 0, data: fields.take(length) };
  }
}

// ---- datasets

async function readDataset(
  walk: Walk,
  path: string,
  messages: readonly Message[],
  space: Message,
  type: Message,
): Promise<void> {
  const { file } = walk;
  const shape = readShape(file, space.data);
  const { dtype, sizeBytes } = readDtype(file, await typeOf(walk, type));
  if (messages.some((message) => message.type === externalFilesMessage))
    walk.warnings.add('some of its data is in other files, which are not read');
  const count = elementCount(shape);
  if (count === null) file.pages.fail(`the shape of ${path} is too large`);
  const layout = messages.find((message) => message.type === layoutMessage);
  const isStored = layout !== undefined && isStoredAs(file, path, layout.data, count! * sizeBytes);
  walk.onDataset({ name: path, dtype, shape, isStored });
}

function readShape(file: Hdf5File, data: Buffer): readonly number[] {
  const fields = new Fields(file, data);
  const [version, rank] = [fields.number(1), fields.number(1)];
  if (version < 1 || version > 2 || rank > maxRank) file.pages.fail('a shape is damaged');
  fields.skip(version === 1 ? 6 : 2);
  return Array.from({ length: rank }, () => fields.length());
}

/** Whether the file has bytes of a dataset. Unbroken ones must have as many as their shape needs. */
function isStoredAs(file: Hdf5File, path: string, data: Buffer, neededBytes: number): boolean {
  const fields = new Fields(file, data);
  const version = fields.number(1);
  if (version < 3) {
    const kind = fields.skip(1).number(1);
    return kind === 0 || fields.skip(5).address() !== nowhere;
  }
  const kind = fields.number(1);
  if (kind === 0) return fields.number(2) > 0;
  if (kind !== 1) return true; // in chunks, which may be packed
  const at = fields.address();
  if (at === nowhere) return false;
  const length = fields.length();
  if (length !== neededBytes || at + length > file.pages.sizeBytes)
    file.pages.fail(`${path} needs ${neededBytes} bytes, it has ${Math.min(length, file.pages.sizeBytes - at)}`);
  return true;
}

const floats: Readonly<Record<number, string>> = { 2: 'F16', 4: 'F32', 8: 'F64' };

/** The Hub's name of a type, and the bytes of an element. */
function readDtype(file: Hdf5File, data: Buffer): { dtype: string; sizeBytes: number; isVariable: boolean } {
  const fields = new Fields(file, data);
  const kind = fields.number(1) & 15;
  const flags = fields.number(3);
  const sizeBytes = fields.number(4);
  const isVariable = kind === 9;
  const bits = sizeBytes * 8;
  const named = (dtype: string) => ({ dtype, sizeBytes, isVariable });
  switch (kind) {
    case 0:
      return named(bits <= 64 ? `${flags & 8 ? 'I' : 'U'}${bits}` : '?');
    case 1: {
      // Behind offset and precision stand the place and the size of the exponent: bfloat16 has the one of float32.
      const exponentBits = fields.left >= 6 ? fields.skip(5).number(1) : 0;
      return named(sizeBytes === 2 && exponentBits === 8 ? 'BF16' : (floats[sizeBytes] ?? '?'));
    }
    case 3:
      return named('STRING');
    case 6:
      return named({ 8: 'C64', 16: 'C128' }[(flags & 0xffff) === 2 ? sizeBytes : 0] ?? 'COMPOUND');
    case 8:
      return named(sizeBytes === 1 ? 'BOOL' : 'ENUM');
    case 9:
      return named((flags & 15) === 1 ? 'STRING' : 'LIST');
    default:
      return named('?');
  }
}

/** A type may stand in a header of its own, which several datasets share. */
async function typeOf(walk: Walk, message: Message): Promise<Buffer> {
  if (!message.isShared) return message.data;
  const fields = new Fields(walk.file, message.data);
  const [version, kind] = [fields.number(1), fields.number(1)];
  if (version === 3 && kind !== 2) walk.file.pages.fail('a shared type stands in a heap, which is not read');
  if (version === 1) fields.skip(6);
  const shared = (await readMessages(walk, fields.address())).find(({ type }) => type === datatypeMessage);
  if (!shared || shared.isShared) walk.file.pages.fail('a shared type is missing');
  return shared.data;
}

// ---- links

async function readLinks(walk: Walk, messages: readonly Message[]): Promise<readonly Link[]> {
  const { file } = walk;
  const links: Link[] = [];
  for (const { type, data } of messages) {
    const fields = new Fields(file, data);
    if (type === symbolTableMessage) links.push(...(await readSymbolTable(walk, fields.address(), fields.address())));
    if (type === linkMessage) links.push(...readLink(walk, data));
    if (type !== linkInfoMessage) continue;
    fields.skip(1);
    fields.skip(fields.number(1) & 1 ? 8 : 0);
    const [heap, index] = [fields.address(), fields.address()];
    if (heap !== nowhere && index !== nowhere)
      for (const object of await indexed(walk, heap, index, 'links')) links.push(...readLink(walk, object));
  }
  return links;
}

async function indexed(walk: Walk, heap: number, index: number, what: string): Promise<readonly Buffer[]> {
  if (walk.seen.has(index)) return [];
  walk.seen.add(index);
  const { objects, left } = await readIndexedObjects(walk.file, heap, index);
  if (left > 0) walk.warnings.add(`some of its ${what} are stored in a way that is not read`);
  return objects;
}

function readLink(walk: Walk, data: Buffer): readonly Link[] {
  const fields = new Fields(walk.file, data);
  const flags = fields.skip(1).number(1);
  const kind = flags & 8 ? fields.number(1) : 0;
  fields.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = nameIn(walk, fields.take(fields.number(1 << (flags & 3))));
  if (kind === 0) return [{ name, address: fields.address() }];
  if (kind === 64) walk.warnings.add('it has links into other files, which are not followed');
  return [];
}

/** A text that a zero or the end of the bytes ends, cut. */
function nameIn(walk: Walk, bytes: Buffer): string {
  const part = bytes.subarray(0, maxNameLength);
  const end = part.indexOf(0);
  const name = part.toString('utf8', 0, end < 0 ? part.length : end);
  walk.nameCharacters += name.length;
  if (walk.nameCharacters > maxNameCharacters) walk.file.pages.fail('its names are too long');
  return name;
}

async function readSymbolTable(walk: Walk, tree: number, heapAt: number): Promise<readonly Link[]> {
  const { file } = walk;
  const head = await markedFieldsAt(file, heapAt, 'HEAP', 8 + file.lengthBytes * 2 + file.addressBytes);
  const length = head.skip(4).length();
  head.length();
  const names = await file.pages.bytes(head.address(), length);
  const links: Link[] = [];
  await readTreeNode(walk, tree, names, links, 0);
  return links;
}

async function readTreeNode(walk: Walk, at: number, names: Buffer, links: Link[], depth: number): Promise<void> {
  const { file } = walk;
  if (walk.seen.has(at)) return;
  walk.seen.add(at);
  if (depth > maxDepth) file.pages.fail('an index is nested too deep');
  const isLeaf = (await file.pages.bytes(at, 4)).toString('latin1') === 'SNOD';
  if (isLeaf) return readSymbols(walk, at, names, links);
  const used = (await markedFieldsAt(file, at, 'TREE', 8)).skip(2).number(2);
  const head = 8 + file.addressBytes * 2;
  const node = await fieldsAt(file, at + head, used * (file.lengthBytes + file.addressBytes));
  for (let index = 0; index < used; index++) {
    node.skip(file.lengthBytes);
    await readTreeNode(walk, node.address(), names, links, depth + 1);
  }
}

async function readSymbols(walk: Walk, at: number, names: Buffer, links: Link[]): Promise<void> {
  const { file } = walk;
  const count = (await fieldsAt(file, at + 6, 2)).number(2);
  const node = await fieldsAt(file, at + 8, count * (file.addressBytes * 2 + 24));
  if (links.length + count > maxObjects) file.pages.fail('a group has too many links');
  for (let index = 0; index < count; index++) {
    const nameAt = node.number(file.addressBytes);
    const address = node.address();
    const isSymbolic = node.number(4) === 2;
    node.skip(20);
    if (!isSymbolic && address !== nowhere) links.push({ name: nameIn(walk, names.subarray(nameAt)), address });
  }
}

// ---- attributes

async function readAttributes(walk: Walk, messages: readonly Message[]): Promise<void> {
  for (const { type, data } of messages) {
    if (type === attributeMessage) await readAttribute(walk, data);
    if (type !== attributeInfoMessage) continue;
    const fields = new Fields(walk.file, data);
    fields.skip(1);
    fields.skip(fields.number(1) & 1 ? 2 : 0);
    const [heap, index] = [fields.address(), fields.address()];
    if (heap === nowhere || index === nowhere) continue;
    for (const object of await indexed(walk, heap, index, 'attributes')) await readAttribute(walk, object);
  }
}

async function readAttribute(walk: Walk, data: Buffer): Promise<void> {
  const { file } = walk;
  const fields = new Fields(file, data);
  const version = fields.number(1);
  const flags = fields.number(1);
  if (version < 1 || version > 3 || walk.attributes.size >= 1000) return;
  const [nameBytes, typeBytes, spaceBytes] = [fields.number(2), fields.number(2), fields.number(2)];
  if (version === 3) fields.skip(1);
  const part = (length: number): Buffer =>
    fields.take(version === 1 ? Math.min(Math.ceil(length / 8) * 8, fields.left) : length);
  const name = part(nameBytes)
    .toString('utf8', 0, Math.max(0, nameBytes - 1))
    .replace(/\0.*$/s, '');
  const typeData = part(typeBytes);
  const type = await typeOf(walk, {
    type: datatypeMessage,
    isShared: version > 1 && (flags & 1) !== 0,
    data: typeData,
  });
  const count = elementCount(readShape(file, part(spaceBytes)));
  const { dtype, sizeBytes, isVariable } = readDtype(file, type);
  if (dtype !== 'STRING' || count !== 1) walk.attributes.set(cut(name), count ?? 0);
  else {
    const value = isVariable ? await variableText(file, fields) : fields.take(Math.min(sizeBytes, fields.left));
    walk.attributes.set(cut(name), value.toString('utf8').replace(/\0+$/, ''));
  }
}

/** Texts of any length stand in a global heap: its address and a number. */
async function variableText(file: Hdf5File, fields: Fields): Promise<Buffer> {
  const length = fields.number(4);
  const [at, wanted] = [fields.address(), fields.number(4)];
  if (length === 0 || at === nowhere) return Buffer.alloc(0);
  if (length > maxTextBytes) file.pages.fail('an attribute is too long');
  const head = 8 + file.lengthBytes;
  const collection = at + (await markedFieldsAt(file, at, 'GCOL', head)).skip(4).length();
  const objectHead = 8 + file.lengthBytes;
  for (let place = at + head; place + objectHead <= collection; ) {
    const object = await fieldsAt(file, place, objectHead);
    const index = object.number(2);
    const bytes = object.skip(6).length();
    if (index === wanted) return file.pages.bytes(place + objectHead, Math.min(length, bytes));
    if (index === 0) break;
    place += objectHead + Math.ceil(bytes / 8) * 8;
  }
  return file.pages.fail('an attribute points at nothing');
}
