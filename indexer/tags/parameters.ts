import type { WeightHeader } from '../formats/types.js';
import type { ModelRecord } from './types.js';

/** Formats whose headers count parameters, the one to believe first. */
const preferred = ['safetensors', 'gguf', 'pytorch', 'onnx', 'h5', 'msgpack'] as const;

/**
 * Parameters per dtype over the files of the preferred format. Shards add up; of alternatives (several ONNX graphs, several
 * GGUF quantisations) only the first counts.
 */
export function countParameters(headers: Readonly<Record<string, WeightHeader>>): ModelRecord['parameters'] {
  for (const format of preferred) {
    const files = Object.entries(headers)
      .filter(([, header]) => header.format === format && Object.keys(header.parameters).length > 0)
      .map(([path]) => path);
    if (files.length === 0) continue;
    const byDtype: Record<string, number> = {};
    for (const path of filesThatAddUp(files)) {
      for (const [dtype, count] of Object.entries(headers[path]!.parameters)) byDtype[dtype] = (byDtype[dtype] ?? 0) + count;
    }
    return { total: Object.values(byDtype).reduce((sum, count) => sum + count, 0), byDtype, format };
  }
  return null;
}

function filesThatAddUp(paths: readonly string[]): readonly string[] {
  const main = paths.find((path) => /^(model|pytorch_model)\.(safetensors|bin)$/.test(path));
  if (main) return [main];
  const shards = paths.filter((path) => /-\d{5}-of-\d{5}\./.test(path));
  if (shards.length === 0) return paths.slice(0, 1);
  const family = shards[0]!.replace(/-\d{5}-of-(\d{5})\..*$/, '-$1');
  return shards.filter((path) => path.replace(/-\d{5}-of-(\d{5})\..*$/, '-$1') === family);
}
