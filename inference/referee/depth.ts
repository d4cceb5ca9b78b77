import { isJsonObject } from '../../config/jsonObject.js';
import type { JsonObject } from '../snapshot/snapshotFiles.js';
import type { Referee } from './types.js';
import { unable } from './unable.js';

type Keys = Pick<Referee, 'layersKey' | 'usualLayers' | 'parts'>;

/**
 * How many layers config.json asks for. A list says it for each stage, and several parts each for its own: the most of any.
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export function layersOf(json: JsonObject, { layersKey, usualLayers, parts }: Keys): number {
  const places = parts ? parts.map((part) => json[part]).filter(isJsonObject) : [json];
  const keys = places.map((place) => keyIn(place, layersKey));
  const counts = places.flatMap((place, at) => place[keys[at]!] ?? usualLayers ?? []).map(Number);
  const layers = Math.max(...counts);
  if (Number.isSafeInteger(layers) && layers > 0) return layers;
  throw unable(`config.json does not say how many layers there are, in ${[...new Set(keys)].join(', ')}`);
}

/** config.json with at most this many layers, in each part or stage of it; some files list a kind for each layer. */
export function cutTo(json: JsonObject, { layersKey, usualLayers, parts }: Keys, depth: number): JsonObject {
  const kinds = Array.isArray(json.layer_types) ? { layer_types: json.layer_types.slice(0, depth) } : {};
  if (!parts) {
    const key = keyIn(json, layersKey);
    return { ...json, ...kinds, [key]: cutCount(json[key] ?? usualLayers, depth) };
  }
  const present = parts.flatMap((part) => {
    const value = json[part];
    return isJsonObject(value) ? [[part, cutTo(value, { layersKey, usualLayers }, depth)]] : [];
  });
  return { ...json, ...Object.fromEntries(present) };
}

function keyIn(place: JsonObject, layersKey: Referee['layersKey']): string {
  return typeof layersKey === 'string' ? layersKey : layersKey(place);
}

function cutCount(value: unknown, depth: number): number | readonly number[] {
  if (Array.isArray(value)) return value.map((layers) => Math.min(Number(layers), depth));
  return typeof value === 'number' ? Math.min(value, depth) : depth;
}
