import { isMapping, text } from '../card/values.js';
import type { TagList } from './tagList.js';
import type { RevisionFacts, TagEvidence } from './types.js';

/** Tags that config.json and its companions give besides model_type and task: quantisation, own code, diffusers class. */
export function addConfigTags(list: TagList, { json }: RevisionFacts): void {
  const config = isMapping(json['config.json']) ? json['config.json'] : {};
  addQuantization(list, config);
  if (isMapping(config.auto_map) && Object.keys(config.auto_map).length > 0) {
    list.put('custom_code', 'other', inConfig('auto_map'));
  }
  const pipeline = json['model_index.json'];
  const className = isMapping(pipeline) ? text(pipeline._class_name) : null;
  if (className) {
    list.put(`diffusers:${className.slice(0, 90)}`, 'other', {
      rule: 'config',
      file: 'model_index.json',
      key: '_class_name',
    });
  }
}

/** Evidence of a key in config.json. */
export function inConfig(key: string): TagEvidence {
  return { rule: 'config', file: 'config.json', key };
}

/** `quantization_config` is transformers', `quantization` MLX's; models of several parts keep it in `text_config`. */
function addQuantization(list: TagList, config: Readonly<Record<string, unknown>>): void {
  const inner = isMapping(config.text_config) ? config.text_config.quantization_config : undefined;
  const found = [
    ['quantization_config', config.quantization_config],
    ['text_config.quantization_config', inner],
    ['quantization', config.quantization],
  ].find(([, settings]) => isMapping(settings)) as [string, Readonly<Record<string, unknown>>] | undefined;
  if (!found) return;
  const [key, settings] = found;
  const bits = settings.bits ?? (settings.load_in_4bit === true ? 4 : settings.load_in_8bit === true ? 8 : null);
  if (typeof bits === 'number' && Number.isInteger(bits) && bits > 0 && bits <= 16) {
    list.put(`${bits}-bit`, 'other', inConfig(`${key}.${settings.bits ? 'bits' : `load_in_${bits}bit`}`));
  }
  const method = text(settings.quant_method);
  // A colon would make it a tag of another kind.
  if (method && !method.includes(':')) list.put(method.slice(0, 100), 'other', inConfig(`${key}.quant_method`));
}
