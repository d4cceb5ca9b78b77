import { isJsonObject } from '../../config/jsonObject.js';
import { Config } from '../compile/config.js';
import type { StoredTensor } from '../compile/weights.js';
import type { JsonObject } from '../snapshot/snapshotFiles.js';
import type { Referee, Shortened } from './types.js';

export interface Checkpoint {
  readonly json: JsonObject;
  readonly tensors: readonly StoredTensor[];
}

/** A checkpoint for shorter inputs, of which layers cost little; as it is where the family has no such tables. */
export function shortened({ shorten }: Referee, { json, tensors }: Checkpoint): Checkpoint {
  if (!shorten) return { json, tensors };
  const short = shorten(new Config(json));
  return { json: changed(json, short.json), tensors: tensors.map((tensor) => withFewerRows(tensor, short)) };
}

/** A copy with other values, in parts of it too. */
export function changed(json: JsonObject, changes: JsonObject): JsonObject {
  const values = Object.entries(changes).map(([key, value]) => {
    const part = json[key];
    return [key, isJsonObject(part) && isJsonObject(value) ? changed(part, value) : value];
  });
  return { ...json, ...Object.fromEntries(values) };
}

/** Rows lie one after the other, so that the first of them are the beginning of the tensor. */
function withFewerRows(tensor: StoredTensor, { tables }: Shortened): StoredTensor {
  const [, rows] = tables.find(([name]) => name.test(tensor.name)) ?? [];
  const all = tensor.shape.at(-2);
  if (rows === undefined || all === undefined || all <= rows) return tensor;
  const sizeBytes = (tensor.sizeBytes / all) * rows;
  return { ...tensor, shape: [...tensor.shape.slice(0, -2), rows, tensor.shape.at(-1)!], sizeBytes };
}
