import type { TreeEntry } from '../repository/types.js';
import { isNoWeight } from './frameworks.js';

/** Small JSON files that the derivation looks at. */
const jsonFiles = new Set([
  'config.json',
  'tokenizer_config.json',
  'processor_config.json',
  'adapter_config.json',
  'model_index.json',
  'modular_model_index.json',
  'modules.json',
  'generation_config.json',
]);
const maxWeightFiles = 200;
const weights =
  /\.(safetensors|onnx|gguf|bin|pt|pth|ckpt|h5|hdf5|keras|msgpack|tflite|mlmodel|pkl|pickle|joblib|npy|npz)$/i;

export const maxJsonBytes = 4 * 1_048_576;

/** The JSON files to read and parse (see parseFactJson), each at most `maxJsonBytes`. */
export function factFiles(files: readonly TreeEntry[]): readonly TreeEntry[] {
  return files.filter(
    (file) => jsonFiles.has(file.path) && file.type === 'file' && !file.lfs && file.sizeBytes <= maxJsonBytes,
  );
}

/**
 * Weight files whose headers are read, at most 200: those nearest the root first, so that the snapshots of a training
 * never crowd out the model itself, and what is no weight (a trainer's state, still worth a look for imports) last.
 */
export function weightFilesToRead(files: readonly TreeEntry[]): readonly TreeEntry[] {
  const rank = ({ path }: TreeEntry): number => path.split('/').length + (isNoWeight(path) ? 1000 : 0);
  return files
    .filter((file) => file.type === 'file' && weights.test(file.path) && file.sizeBytes > 0)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, maxWeightFiles);
}

/**
 * JSON as Python writes it: bare `NaN`, `Infinity` and `-Infinity` are read as null.
 * @throws SyntaxError
 */
export function parseFactJson(text: string): unknown {
  const plain = text.replace(/^\uFEFF/, '');
  return JSON.parse(/\b(NaN|Infinity)\b/.test(plain) ? withoutNonNumbers(plain) : plain);
}

function withoutNonNumbers(json: string): string {
  const token = /"|-?\b(?:NaN|Infinity)\b/g;
  let result = '';
  let from = 0;
  for (let match = token.exec(json); match; match = token.exec(json)) {
    if (match[0] === '"') {
      token.lastIndex = endOfString(json, match.index + 1);
      continue;
    }
    result += `${json.slice(from, match.index)}null`;
    from = token.lastIndex;
  }
  return result + json.slice(from);
}

/** Position after the closing quote. A loop, because a regular expression takes for ever over a string that never ends. */
export function endOfString(json: string, start: number): number {
  for (let index = start; index < json.length; index++) {
    const character = json[index];
    if (character === '\\') index += 1;
    else if (character === '"') return index + 1;
  }
  return json.length;
}
