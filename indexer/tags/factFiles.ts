import type { TreeEntry } from '../repository/types.js';

/** Small JSON files that the derivation looks at. */
const jsonFiles = new Set([
  'config.json',
  'tokenizer_config.json',
  'processor_config.json',
  'adapter_config.json',
  'model_index.json',
  'modules.json',
  'generation_config.json',
]);
const maxWeightFiles = 200;

export const maxJsonBytes = 4 * 1_048_576;

export function factFiles(files: readonly TreeEntry[]): readonly TreeEntry[] {
  return files.filter((file) => jsonFiles.has(file.path) && file.type === 'file' && !file.lfs && file.sizeBytes <= maxJsonBytes);
}

/** Weight files whose headers are read: the formats that headers are known of, a bounded number, in tree order. */
export function weightFilesToRead(files: readonly TreeEntry[]): readonly TreeEntry[] {
  const weights = /\.(safetensors|onnx|gguf|bin|pt|pth|ckpt|h5|keras|msgpack|tflite|mlmodel|pkl|joblib|npy|npz)$/;
  return files.filter((file) => file.type === 'file' && weights.test(file.path) && file.sizeBytes > 0).slice(0, maxWeightFiles);
}
