import { refusal } from '../compile/refusal.js';
import type { JsonObject } from '../runner/modelFiles.js';

/**
 * How many layers a key of config.json asks for. A list says it for each stage: the most of any.
 * @throws HubError INFERENCE_UNAVAILABLE
 */
export function layersOf(json: JsonObject, key: string): number {
  const value = json[key];
  const layers = Array.isArray(value) ? Math.max(...value.map(Number)) : Number(value);
  if (Number.isSafeInteger(layers) && layers > 0) return layers;
  throw refusal(`config.json does not say how many layers there are, in ${key}`);
}

/** config.json with at most this many layers, in each stage where it lists stages; some files list a kind for each layer. */
export function cutTo(json: JsonObject, key: string, depth: number): JsonObject {
  const value = json[key];
  const kinds = Array.isArray(json.layer_types) ? { layer_types: json.layer_types.slice(0, depth) } : {};
  return {
    ...json,
    ...kinds,
    [key]: Array.isArray(value) ? value.map((layers) => Math.min(Number(layers), depth)) : depth,
  };
}
