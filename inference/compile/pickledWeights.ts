import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { HubError } from '../../config/errors.js';
import {
  bytesOf,
  fileReader,
  maxSafetensorsHeaderBytes,
  type PickledTensor,
  readPickledTensors,
} from '../../indexer/formats/index.js';
import type { RangeReader } from '../../indexer/formats/types.js';
import { tensorChunks } from './tensorLayout.js';
import type { StoredTensor } from './weights.js';

/** Beside the pushed files; nobody can push it, since snapshots hold no file whose name begins with a dot. */
export const rewrittenName = '.pickled.safetensors';
/** Tensors that share a storage are written for each name, so that the copy may be larger than the pickle. */
const maxGrowth = 4;
const spareBytes = 1_048_576;

interface Source {
  readonly reader: RangeReader & { close(): Promise<void> };
  readonly tensors: readonly PickledTensor[];
}
type Placed = PickledTensor & { readonly reader: RangeReader };

/**
 * Writes the tensors of pickled checkpoints (`pytorch_model.bin`, or its shards) as one safetensors file in the same
 * folder, once: the file appears whole or not at all, and is left alone when it is there.
 * @param files names in the folder
 * @returns the name of the safetensors file
 * @throws HubError INFERENCE_UNAVAILABLE that names the file: it is damaged, it would import something, its copy would
 * be much larger than itself; STORAGE_FULL where the disk has no room for the copy
 */
export async function rewritePickle(folder: string, files: readonly string[]): Promise<string> {
  const target = path.join(folder, rewrittenName);
  if (await isThere(target)) return rewrittenName;
  await withSources(folder, files, async (sources) => {
    const copy = planCopy(sources);
    await refuseFullDisk(folder, copy);
    await write(target, copy);
  });
  return rewrittenName;
}

/**
 * The tensors that `rewritePickle` would write, told without reading or writing any weights: where they will lie is not
 * known. @throws as rewritePickle, but for the disk
 */
export function pickledTensorIndex(folder: string, files: readonly string[]): Promise<readonly StoredTensor[]> {
  return withSources(folder, files, async (sources) =>
    planCopy(sources).tensors.map((tensor) => ({
      name: tensor.name,
      file: rewrittenName,
      dtype: tensor.dtype,
      shape: tensor.shape,
      offset: 0,
      sizeBytes: sizeOf(tensor),
    })),
  );
}

async function withSources<T>(
  folder: string,
  files: readonly string[],
  work: (sources: readonly Source[]) => Promise<T>,
): Promise<T> {
  const sources: Source[] = [];
  try {
    for (const file of new Set(files)) sources.push(await openSource(folder, file));
    return await work(sources);
  } catch (error) {
    throw explained(error);
  } finally {
    for (const { reader } of sources.toReversed()) await reader.close();
  }
}

async function isThere(file: string): Promise<boolean> {
  const handle = await open(file).catch(() => null);
  await handle?.close();
  return handle !== null;
}

async function openSource(folder: string, file: string): Promise<Source> {
  const reader = await fileReader(path.join(folder, file)).catch(() => {
    throw unavailable(`${file} is not in the repository`);
  });
  try {
    return { reader, tensors: await readPickledTensors(file, reader) };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** A safetensors file that is still to be written. */
interface Copy {
  readonly header: Buffer;
  readonly tensors: readonly Placed[];
  readonly sizeBytes: number;
}

function planCopy(sources: readonly Source[]): Copy {
  const tensors = checkedTensors(sources);
  const header = headerOf(tensors);
  const sizeBytes = tensors.reduce((sum, tensor) => sum + sizeOf(tensor), header.length);
  const pickled = sources.reduce((sum, { reader }) => sum + reader.sizeBytes, 0);
  const most = maxGrowth * pickled + spareBytes;
  if (header.length <= maxSafetensorsHeaderBytes && sizeBytes <= most) return { header, tensors, sizeBytes };
  throw unavailable(
    `its pickled weights need ${sizeBytes} bytes as safetensors; at most ${most} are written. Push them as safetensors`,
  );
}

/** Not the model's fault: it runs when there is room again. */
async function refuseFullDisk(folder: string, { sizeBytes }: Copy): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (sizeBytes > freeBytes) throw new HubError('STORAGE_FULL', { freeBytes, floorBytes: sizeBytes });
}

/** Wide elements first, so that each tensor begins at a multiple of its element's size; else in the order of the files. */
function checkedTensors(sources: readonly Source[]): readonly Placed[] {
  const placed = sources.flatMap(({ reader, tensors }) => tensors.map((tensor) => ({ ...tensor, reader })));
  const names = new Set<string>();
  for (const { name } of placed) {
    if (names.has(name)) throw unavailable(`tensor ${name} stands in two of its files`);
    names.add(name);
  }
  return placed.sort((a, b) => bytesOf(b.dtype, 1) - bytesOf(a.dtype, 1));
}

async function write(target: string, { header, tensors }: Copy): Promise<void> {
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(header);
      for (const tensor of tensors) await writeTensor(file, tensor);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeTensor(file: FileHandle, tensor: Placed): Promise<void> {
  for await (const chunk of tensorChunks(tensor, tensor.reader)) await file.writeFile(chunk);
}

function sizeOf({ dtype, shape }: PickledTensor): number {
  return bytesOf(
    dtype,
    shape.reduce((product, size) => product * size, 1),
  );
}

/** Eight bytes of length and a map, filled up with spaces so that the tensors begin at a multiple of eight. */
function headerOf(tensors: readonly PickledTensor[]): Buffer {
  let at = 0;
  const entries = tensors.map((tensor) => {
    const begin = at;
    at += sizeOf(tensor);
    return [tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [begin, at] }] as const;
  });
  // Written entry by entry: an object would put names that are numbers first, and lose one named __proto__.
  const json = `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join()}}`;
  const bytes = Buffer.from(json);
  const padded = Buffer.concat([bytes, Buffer.alloc((8 - (bytes.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

/** For the caller of a model it is the model that cannot be run, and the file that says why. */
function explained(error: unknown): unknown {
  if (!(error instanceof HubError) || error.code !== 'WEIGHT_HEADER_INVALID') return error;
  return new HubError(
    'INFERENCE_UNAVAILABLE',
    { reason: `${error.details.path}: ${error.details.reason}` },
    { cause: error },
  );
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
