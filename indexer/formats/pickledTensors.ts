import { invalid } from './invalid.js';
import { elementCount } from './limits.js';
import { opcodeCount, type PickleFacts, walkPickle } from './pickle.js';
import { maxRank, type PickledView, type Value } from './pickleValues.js';
import { beginsLegacy, legacyPickles, maxPickleBytes } from './pytorch.js';
import { bytesOf } from './safetensors.js';
import type { RangeReader } from './types.js';
import { readZipDirectory, readZipEntry, type ZipEntry, zipEntryStart } from './zipDirectory.js';

/** A tensor of a checkpoint, and the bytes that it is made of. All of them stand in the file: this has been checked. */
export interface PickledTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Elements from one index to the next, for each dimension; none is negative. */
  readonly stride: readonly number[];
  /** Absolute position in the file of the element at index 0, in bytes. */
  readonly position: number;
  readonly isBigEndian: boolean;
}

interface Span {
  readonly start: number;
  readonly sizeBytes: number;
}

const maxTensors = 100_000;
/** Longer names are no names of weights; the walker cuts texts at 4096 bytes. */
const maxNameLength = 1000;
/** Where training scripts put the weights that they save beside other things. */
const wrappers = ['state_dict', 'model_state_dict', 'model'];

/**
 * The tensors of a PyTorch checkpoint, a zip or an older stream of pickles: a map of tensors, also inside a map under
 * `state_dict`. What else stands in the map is left out. Nothing is imported or called.
 * @throws HubError WEIGHT_HEADER_INVALID (imports of anything but tensors and containers, as PyTorch's `weights_only`;
 * elements outside their storage; storages outside the file, packed, or on top of each other; TorchScript)
 * Source: torch/serialization.py, torch/_utils.py
 */
export async function readPickledTensors(path: string, reader: RangeReader): Promise<readonly PickledTensor[]> {
  const magic = await reader.read(0, 4);
  return magic.toString('latin1') === 'PK\x03\x04' ? readZip(path, reader) : readLegacy(path, reader);
}

async function readZip(path: string, reader: RangeReader): Promise<readonly PickledTensor[]> {
  const entries = await readZipDirectory(path, reader);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (byName.size < entries.length) throw invalid(path, 'the zip has a name twice');
  const pickles = entries.filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (pickles.length !== 1 || !pickle)
    throw invalid(path, `the zip has ${pickles.length} entries named data.pkl, not one`);
  const root = pickle.name.slice(0, -'data.pkl'.length);
  if (byName.has(`${root}constants.pkl`))
    throw invalid(path, 'it is a TorchScript program; save its state_dict instead');
  const facts = await walkPickle(path, await readZipEntry(path, reader, pickle, maxPickleBytes), opcodeCount());
  const views = namedViews(path, facts);
  const spans = await zipSpans(path, reader, byName, `${root}data/`, views);
  const isBigEndian = await hasBigEndian(path, reader, byName.get(`${root}byteorder`));
  return [...views].map(([name, view]) => placed(path, name, view, spans.get(view.storage.key)!, isBigEndian));
}

async function hasBigEndian(path: string, reader: RangeReader, entry: ZipEntry | undefined): Promise<boolean> {
  if (!entry) return false;
  const order = (await readZipEntry(path, reader, entry, 100)).toString('latin1').trim();
  if (order !== 'little' && order !== 'big') throw invalid(path, 'its byteorder is neither little nor big');
  return order === 'big';
}

/** The bytes of each storage that tensors look into. */
async function zipSpans(
  path: string,
  reader: RangeReader,
  entries: ReadonlyMap<string, ZipEntry>,
  folder: string,
  views: ReadonlyMap<string, PickledView>,
): Promise<ReadonlyMap<string, Span>> {
  const spans = new Map<string, Span>();
  for (const { storage } of views.values()) {
    if (spans.has(storage.key)) continue;
    const entry = entries.get(folder + storage.key);
    if (!entry) throw invalid(path, `the zip has no storage ${storage.key.slice(0, 100)}`);
    if (entry.method !== 0 || entry.compressedBytes !== entry.sizeBytes)
      throw invalid(path, `storage ${storage.key} is packed; PyTorch stores it as it is`);
    const start = await zipEntryStart(path, reader, entry);
    spans.set(storage.key, { start, sizeBytes: entry.sizeBytes });
  }
  checkSpans(path, reader, spans);
  return spans;
}

function checkSpans(path: string, reader: RangeReader, spans: ReadonlyMap<string, Span>): void {
  let end = 0;
  for (const { start, sizeBytes } of [...spans.values()].sort((a, b) => a.start - b.start)) {
    if (sizeBytes > 0 && start < end) throw invalid(path, 'two storages stand on top of each other');
    end = Math.max(end, start + sizeBytes);
  }
  if (end > reader.sizeBytes) throw invalid(path, `a storage ends at byte ${end}, the file has ${reader.sizeBytes}`);
}

/** Five pickles (magic number, version, system, object, keys), then for each key a count of elements and the elements. */
async function readLegacy(path: string, reader: RangeReader): Promise<readonly PickledTensor[]> {
  const bytes = await reader.read(0, Math.min(reader.sizeBytes, maxPickleBytes));
  if (!beginsLegacy(bytes)) throw invalid(path, 'it is no PyTorch checkpoint: neither a zip nor a stream of pickles');
  const opcodes = opcodeCount();
  const facts: PickleFacts[] = [];
  for (let index = 0; index < legacyPickles; index++)
    facts.push(await walkPickle(path, bytes, opcodes, facts.at(-1)?.end ?? 0));
  const views = namedViews(path, facts[3]!);
  const spans = await legacySpans(path, reader, facts[4]!, facts[3]!.storageTypes);
  return [...views].map(([name, view]) => {
    const span = spans.get(view.storage.key);
    if (!span) throw invalid(path, `the file has no storage ${view.storage.key.slice(0, 100)}`);
    return placed(path, name, view, span, false);
  });
}

async function legacySpans(
  path: string,
  reader: RangeReader,
  keys: PickleFacts,
  types: PickleFacts['storageTypes'],
): Promise<ReadonlyMap<string, Span>> {
  const spans = new Map<string, Span>();
  let at = keys.end;
  for (const key of keys.value.kind === 'items' ? keys.value.items : []) {
    if (key.kind !== 'text') throw invalid(path, 'a key of a storage is no text');
    // Its size is told in elements, so that without one type what follows could not be found.
    const [dtype, ...others] = types.get(key.text) ?? [];
    if (!dtype || others.length > 0) throw invalid(path, `storage ${key.text.slice(0, 100)} has no type, or two`);
    if (spans.has(key.text)) throw invalid(path, 'a key of a storage stands twice');
    const count = await reader.read(at, 8);
    if (count.length < 8) throw invalid(path, 'the file ends before its storages');
    const sizeBytes = bytesOf(dtype, Number(count.readBigUInt64LE()));
    spans.set(key.text, { start: at + 8, sizeBytes });
    at += 8 + sizeBytes;
    if (at > reader.sizeBytes) throw invalid(path, `a storage ends at byte ${at}, the file has ${reader.sizeBytes}`);
  }
  return spans;
}

/** The tensors of the map that a pickle holds. */
function namedViews(path: string, facts: PickleFacts): ReadonlyMap<string, PickledView> {
  if (facts.problem) throw invalid(path, facts.problem);
  const foreign = facts.imports.filter(({ verdict }) => verdict !== 'innocuous').map(({ name }) => name);
  if (foreign.length > 0) {
    const names = foreign.slice(0, 5).join(', ');
    throw invalid(
      path,
      `its pickle imports ${names}; only tensors and plain containers are read. Save it as safetensors`,
    );
  }
  const views = tensorsIn(facts.value);
  const wrapped = wrappers.map((name) => tensorsIn(entryOf(facts.value, name))).find(({ size }) => size > 0);
  const found = views.size === 0 && wrapped ? wrapped : views;
  if (found.size === 0) throw invalid(path, 'its pickle holds no map of tensors; save the state_dict of the model');
  if (found.size > maxTensors) throw invalid(path, `it has ${found.size} tensors, at most ${maxTensors} are read`);
  return found;
}

function entryOf(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === 'map' ? value.entries.get(name) : undefined;
}

function tensorsIn(value: Value | undefined): ReadonlyMap<string, PickledView> {
  const views = new Map<string, PickledView>();
  if (value?.kind !== 'map') return views;
  for (const [name, entry] of value.entries) if (entry.kind === 'tensor') views.set(name, entry.tensor);
  return views;
}

function placed(path: string, name: string, view: PickledView, span: Span, isBigEndian: boolean): PickledTensor {
  const fail = (reason: string): never => {
    throw invalid(path, `tensor ${JSON.stringify(name.slice(0, 300))}: ${reason}`);
  };
  const { dtype, shape, stride, offset, storage } = view;
  if (name.length > maxNameLength) fail(`its name is longer than ${maxNameLength} characters`);
  if (shape.length > maxRank || stride.length !== shape.length) fail('its shape and strides do not match');
  if (
    ![offset, storage.count, storage.start, ...shape, ...stride].every((one) => Number.isSafeInteger(one) && one >= 0)
  )
    fail('its shape, strides or place are not whole numbers');
  if (elementCount(shape) === null) fail('its shape is too large');
  const start = bytesOf(storage.dtype ?? 'U8', storage.start);
  const end = bytesOf(dtype, offset + elementsReached(view));
  const holds = bytesOf(storage.dtype ?? 'U8', storage.count);
  if (end > holds || start + holds > span.sizeBytes)
    fail(`it reaches ${start + end} bytes into a storage of ${Math.min(start + holds, span.sizeBytes)}`);
  return { name, dtype, shape, stride, position: span.start + start + bytesOf(dtype, offset), isBigEndian };
}

/** Elements from the first one to the last one, both included. */
function elementsReached({ shape, stride }: PickledView): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((reach, size, index) => reach + (size - 1) * stride[index]!, 1);
}
