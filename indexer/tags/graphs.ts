import type { TreeEntry } from '../repository/types.js';
import type { ModelRecord } from './types.js';

/** How exact a graph is, by the names optimum and transformers.js give: the earlier row runs first. */
const kinds: readonly (readonly [label: string, pattern: RegExp])[] = [
  ['fp32', /^model\.onnx$/],
  ['O1', /^model_O1\.onnx$/],
  ['O2', /^model_O2\.onnx$/],
  ['O3', /^model_O3\.onnx$/],
  ['fp16', /^model_(fp16|O4)\.onnx$/],
  ['int8', /^model_(quantized|int8|qint8.*|quint8.*|q8)\.onnx$/],
  ['uint8', /^model_uint8\.onnx$/],
  ['q4f16', /^model_q4f16\.onnx$/],
  ['q4', /^model_(q4|bnb4)\.onnx$/],
  ['other', /^[^/]*\.onnx$/],
];

/** ONNX graphs at the root or in `onnx/`, most exact first; of equals the root's. */
export function findGraphs(files: readonly TreeEntry[]): ModelRecord['graphs'] {
  const found = files.flatMap((file) => {
    const match = /^(?:onnx\/)?([^/]+\.onnx)$/.exec(file.path);
    if (!match || file.type !== 'file') return [];
    const rank = kinds.findIndex(([, pattern]) => pattern.test(match[1]!));
    return [{ path: file.path, label: kinds[rank]![0], exact: rank < 4, rank }];
  });
  found.sort((a, b) => a.rank - b.rank || a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
  return found.map(({ path, label, exact }) => ({ path, label, exact }));
}

/** Files that a tokenizer is read or built from. */
export function hasTokenizerFiles(files: readonly TreeEntry[]): boolean {
  const paths = new Set(files.map((file) => file.path));
  return paths.has('tokenizer.json') || paths.has('vocab.txt') || (paths.has('vocab.json') && paths.has('merges.txt'));
}
