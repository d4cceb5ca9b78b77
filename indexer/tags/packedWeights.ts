import { isMapping, text } from '../card/values.js';
import type { WeightHeader } from '../formats/types.js';

type Mapping = Readonly<Record<string, unknown>>;

export interface Quantization {
  readonly method: string;
  readonly bits: number | null;
  /** Of compressed-tensors. */
  readonly format: string;
}

/** What `quantization_config` says of how weights are packed, or null. Models of several parts keep it in `text_config`. */
export function quantizationOf(config: unknown): Quantization | null {
  if (!isMapping(config)) return null;
  const inner = isMapping(config.text_config) ? config.text_config.quantization_config : undefined;
  const settings = isMapping(config.quantization_config) ? config.quantization_config : inner;
  if (!isMapping(settings)) return null;
  return {
    method: text(settings.quant_method)?.toLowerCase() ?? '',
    bits: bitsOf(settings),
    format: text(settings.format) ?? '',
  };
}

function bitsOf(settings: Mapping): number | null {
  const groups = isMapping(settings.config_groups) ? Object.values(settings.config_groups) : [];
  const weights = groups.map((group) => (isMapping(group) && isMapping(group.weights) ? group.weights.num_bits : null));
  const flag = settings.load_in_4bit === true || settings._load_in_4bit === true ? 4 : null;
  const bits = [settings.bits, ...weights, flag].find((value) => typeof value === 'number');
  return typeof bits === 'number' && bits >= 1 && bits <= 32 ? bits : null;
}

const dtypeBits = (dtype: string): number => Number(/\d+/.exec(dtype)?.[0] ?? 8);

/**
 * Parameters as the model has them: scales and the like are none, and an element of packed weights stands for several.
 * Modules that were not converted have other names and types, so they count as they are.
 */
export function unpackedParameters(
  { parameters, helpers = {} }: WeightHeader,
  quantization: Quantization | null,
): Readonly<Record<string, number>> {
  if (!quantization) return parameters;
  const plain: Record<string, number> = { ...parameters };
  const counts: Record<string, number> = {};
  const add = (dtype: string, count: number): void => {
    if (count > 0) counts[dtype] = (counts[dtype] ?? 0) + count;
  };
  for (const [ending, byDtype] of Object.entries(helpers)) {
    for (const [dtype, elements] of Object.entries(byDtype)) {
      plain[dtype] = (plain[dtype] ?? 0) - elements;
      add(dtype, elements * elementsEach(ending, dtype, quantization));
    }
  }
  const isPackedInBytes = quantization.bits === 4 && !namesItsPacks.test(quantization.method);
  for (const [dtype, elements] of Object.entries(plain))
    add(dtype, elements * (isPackedInBytes && dtype === 'U8' ? 2 : 1));
  return counts;
}

/** Methods whose packed tensors have names of their own. */
const namesItsPacks = /^(gptq|awq|mxfp4|compressed-tensors)$/;

/** How many parameters an element stands for, by how the name of its tensor ends. */
function elementsEach(ending: string, dtype: string, { method, bits, format }: Quantization): number {
  if (/^(gptq|awq)$/.test(method)) {
    if (ending === 'qweight') return Math.floor(32 / (bits ?? 4));
    if (/^(qzeros|g_idx|scales)$/.test(ending)) return 0;
  }
  if (method === 'mxfp4' && dtype === 'U8') {
    if (ending === 'blocks') return 2;
    if (ending === 'scales') return 0;
  }
  if (ending === 'weight_packed')
    return format.endsWith('pack-quantized') && bits ? Math.floor(dtypeBits(dtype) / bits) : 1;
  if (/^(qweight|qzeros|g_idx|scales|blocks)$/.test(ending)) return 1;
  return /^(absmax|quant_map|nested_|bitsandbytes__)/.test(ending) && method !== 'bitsandbytes' ? 1 : 0;
}
