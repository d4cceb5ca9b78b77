import path from 'node:path';
import { isJsonObject } from '../../config/jsonObject.js';
import { fileReader, readWeightHeader } from '../../indexer/formats/index.js';
import { readSnapshotJson } from '../runner/modelFiles.js';
import { listed, refusal } from './refusal.js';
import type { StoredTensor } from './weights.js';

const single = 'model.safetensors';
const shardIndex = 'model.safetensors.index.json';
const maxShards = 1000;

/**
 * The tensors of a checkpoint in a snapshot: one safetensors file, or several named by their index. @throws HubError
 * INFERENCE_UNAVAILABLE, WEIGHT_HEADER_INVALID
 */
export async function readTensors(folder: string): Promise<readonly StoredTensor[]> {
  const index = await readSnapshotJson(folder, shardIndex);
  if (index === null) return tensorsOf(folder, single);
  const map = isJsonObject(index.weight_map) ? index.weight_map : {};
  const files = [...new Set(Object.values(map))];
  const bad = files.filter((file) => typeof file !== 'string' || !/^[\w.-]+\.safetensors$/.test(file));
  if (files.length === 0 || files.length > maxShards || bad.length > 0)
    throw refusal(`${shardIndex} names no files, or files that are not beside it: ${listed(bad.map(String))}`);
  const tensors: StoredTensor[] = [];
  for (const file of files as string[]) tensors.push(...(await tensorsOf(folder, file)));
  const there = new Set(tensors.map(({ name }) => name));
  const missing = Object.keys(map).filter((name) => !there.has(name));
  if (missing.length > 0) throw refusal(`${shardIndex} names tensors that its files lack: ${listed(missing)}`);
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
