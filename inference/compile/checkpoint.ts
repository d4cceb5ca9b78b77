import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { weightFileOf } from '../../config/compiledModels.js';
import { isJsonObject } from '../../config/jsonObject.js';
import { fileReader, readWeightHeader } from '../../indexer/formats/index.js';
import { readSnapshotJson } from '../snapshot/snapshotFiles.js';
import { pickledTensorIndex, rewritePickle } from './pickledWeights.js';
import { listed, refusal } from './refusal.js';
import type { StoredTensor } from './weights.js';

const maxShards = 1000;

/**
 * The tensors of a checkpoint in a snapshot: one file, or several named by their index. Pickled ones are rewritten to
 * safetensors first, once. @throws HubError INFERENCE_UNAVAILABLE, WEIGHT_HEADER_INVALID
 */
export function readTensors(folder: string): Promise<readonly StoredTensor[]> {
  return indexOf(folder, async (files) => tensorsOf(folder, await rewritePickle(folder, files)));
}

/** The same without a byte of their weights: where pickled ones will lie is not known yet. @throws as readTensors */
export function readTensorIndex(folder: string): Promise<readonly StoredTensor[]> {
  return indexOf(folder, (files) => pickledTensorIndex(folder, files));
}

/** How the tensors of pickled files are read. */
type ReadPickled = (files: readonly string[]) => Promise<readonly StoredTensor[]>;

async function indexOf(folder: string, readPickled: ReadPickled): Promise<readonly StoredTensor[]> {
  const file = weightFileOf(await readdir(folder));
  if (file === null)
    throw refusal('it has no weights (model.safetensors or pytorch_model.bin, or the index of either)');
  const names = file.endsWith('.index.json') ? await readShardIndex(folder, file) : null;
  const tensors = await tensorsOfAll(folder, names?.files ?? [file], readPickled);
  const there = new Set(tensors.map(({ name }) => name));
  const missing = names?.tensors.filter((name) => !there.has(name)) ?? [];
  if (missing.length > 0) throw refusal(`${file} names tensors that its files lack: ${listed(missing)}`);
  return tensors;
}

interface ShardIndex {
  readonly tensors: readonly string[];
  readonly files: readonly string[];
}

async function readShardIndex(folder: string, file: string): Promise<ShardIndex> {
  const { weight_map } = (await readSnapshotJson(folder, file)) ?? {};
  const map = isJsonObject(weight_map) ? weight_map : {};
  const files = [...new Set(Object.values(map))].map(String);
  const bad = files.filter((name) => !/^\w[\w.-]*\.(safetensors|bin)$/.test(name));
  if (files.length === 0 || files.length > maxShards || bad.length > 0)
    throw refusal(`${file} names no files, or files that are not beside it: ${listed(bad)}`);
  return { tensors: Object.keys(map), files };
}

async function tensorsOfAll(
  folder: string,
  files: readonly string[],
  readPickled: ReadPickled,
): Promise<readonly StoredTensor[]> {
  const pickled = files.filter((file) => file.endsWith('.bin'));
  const tensors: StoredTensor[] = [];
  for (const file of files.filter((name) => !pickled.includes(name))) tensors.push(...(await tensorsOf(folder, file)));
  if (pickled.length > 0) tensors.push(...(await readPickled(pickled)));
  return tensors;
}

async function tensorsOf(folder: string, file: string): Promise<readonly StoredTensor[]> {
  const reader = await fileReader(path.join(folder, file)).catch(() => {
    throw refusal(`${file} is not in the repository`);
  });
  try {
    const header = await readWeightHeader(file, reader);
    if (!header) return [];
    if (header.tensorCount > header.tensors.length)
      throw refusal(`${file} has ${header.tensorCount} tensors; at most ${header.tensors.length} are read`);
    return header.tensors.map(({ name, dtype, shape, offset = 0, sizeBytes = 0 }) => ({
      name,
      file,
      dtype,
      shape,
      offset,
      sizeBytes,
    }));
  } finally {
    await reader.close();
  }
}
