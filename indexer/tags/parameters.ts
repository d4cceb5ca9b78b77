import type { WeightHeader } from '../formats/types.js';
import { type Quantization, unpackedParameters } from './packedWeights.js';
import type { ModelRecord } from './types.js';

/** Formats whose headers count parameters, the one to believe first. */
const preferred = ['safetensors', 'gguf', 'pytorch', 'onnx', 'h5', 'keras', 'msgpack'] as const;

/** Files that hold the whole model, the one to believe first; libraries keep it at the root or in a folder of that name. */
const mainFiles: readonly RegExp[] = [
  /^(model|pytorch_model)\.(safetensors|bin)$/,
  /^diffusion_pytorch_model\.(safetensors|bin)$/,
  /^(transformer|unet)\/diffusion_pytorch_model\.(safetensors|bin)$/,
  /^(adapter_model|open_clip_model|open_clip_pytorch_model)\.(safetensors|bin)$/,
  /^(onnx\/)?model\.onnx$/,
];

const shard = /^(.*?)-(\d{5,6})-of-(\d{5,6})(\.[^/]*)$/;

/**
 * Parameters per dtype over the files of the preferred format. Shards add up, if all of them could be read; of
 * alternatives (several ONNX graphs, several GGUF quantisations) the main one counts. Packed weights count as what they hold.
 */
export function countParameters(
  headers: Readonly<Record<string, WeightHeader>>,
  quantization: Quantization | null = null,
): ModelRecord['parameters'] {
  for (const format of preferred) {
    const files = Object.entries(headers)
      .filter(([, header]) => header.format === format && Object.keys(header.parameters).length > 0)
      .map(([path]) => path);
    const counted = filesThatAddUp(files);
    if (counted.length === 0) continue;
    const byDtype: Record<string, number> = {};
    for (const path of counted) {
      for (const [dtype, count] of Object.entries(unpackedParameters(headers[path]!, quantization)))
        byDtype[dtype] = (byDtype[dtype] ?? 0) + count;
    }
    return { total: Object.values(byDtype).reduce((sum, count) => sum + count, 0), byDtype, format };
  }
  return null;
}

function filesThatAddUp(paths: readonly string[]): readonly string[] {
  for (const pattern of mainFiles) {
    const main = paths.find((path) => pattern.test(path));
    if (main) return [main];
  }
  const shards = nearestRoot(paths.filter((path) => shard.test(path)));
  if (shards.length > 0) return wholeFamily(shards);
  return nearestRoot(paths).slice(0, 1);
}

/** The shards of the first one's family, or none when some are missing: a part of a count would mislead. */
function wholeFamily(shards: readonly string[]): readonly string[] {
  const familyOf = (path: string): string => path.replace(shard, '$1-of-$3$4');
  const family = shards.filter((path) => familyOf(path) === familyOf(shards[0]!));
  const announced = Number(shard.exec(shards[0]!)![3]);
  return family.length === announced ? family : [];
}

function nearestRoot(paths: readonly string[]): readonly string[] {
  const depth = (path: string): number => path.split('/').length;
  return [...paths].sort((a, b) => depth(a) - depth(b));
}
