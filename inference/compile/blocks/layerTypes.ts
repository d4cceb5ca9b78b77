import type { Config } from '../config.js';
import { refusal } from '../refusal.js';

/**
 * Whether a layer sees only a window: as `layer_types` of config.json says, else by `fallback`. @throws HubError
 * INFERENCE_UNAVAILABLE for other kinds of layers
 */
export function slidingLayers(
  config: Config,
  layers: number,
  fallback: (layer: number) => boolean,
): (layer: number) => boolean {
  if (!config.has('layer_types')) return fallback;
  const types = config.texts('layer_types');
  const other = types.find((type) => type !== 'full_attention' && type !== 'sliding_attention');
  if (other !== undefined)
    throw refusal(
      `config.json says "${other.slice(0, 100)}" in layer_types; understood are full_attention and sliding_attention`,
    );
  if (types.length !== layers) throw refusal(`config.json has ${types.length} layer_types for ${layers} layers`);
  return (layer) => types[layer] === 'sliding_attention';
}

/** The window of `sliding_window`; an absent key is `fallback`, null is no window. */
export function windowOf(config: Config, fallback: number | null): number | null {
  return config.saysNull('sliding_window') ? null : config.integer('sliding_window', fallback);
}
