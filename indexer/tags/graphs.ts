import type { TreeEntry } from '../repository/types.js';
import type { ModelRecord } from './types.js';

interface Kind {
  readonly label: string;
  readonly name: RegExp;
  /** Runs before any quantised file: the model as trained, or as ONNX Runtime optimised it. */
  readonly exact: boolean;
}

/** How exact a graph is, by the names that optimum and transformers.js give: the earlier row runs first. */
const kinds: readonly Kind[] = [
  { label: 'fp32', name: /^model\.onnx$/, exact: true },
  { label: 'O1', name: /^model_O1\.onnx$/, exact: true },
  { label: 'O2', name: /^model_O2\.onnx$/, exact: true },
  { label: 'O3', name: /^model_O3\.onnx$/, exact: true },
  { label: 'O4', name: /^model_O4\.onnx$/, exact: true },
  { label: 'optimized', name: /^model_optimized\.onnx$/, exact: true },
  { label: 'fp16', name: /^model_fp16\.onnx$/, exact: false },
  { label: 'bf16', name: /^model_bf16\.onnx$/, exact: false },
  { label: 'int8', name: /^model_(q8|int8|quantized|optimized_quantized|qint8\w*)\.onnx$/, exact: false },
  { label: 'uint8', name: /^model_(uint8|quint8\w*)\.onnx$/, exact: false },
  { label: 'q4f16', name: /^model_q4f16\.onnx$/, exact: false },
  { label: 'q4', name: /^model_(q4|int4|uint4)\.onnx$/, exact: false },
  { label: 'bnb4', name: /^model_bnb4\.onnx$/, exact: false },
  { label: 'other', name: /^model[_.-].*\.onnx$/, exact: false },
];

/**
 * ONNX graphs of a whole model (`model*.onnx`) at the root or in `onnx/`, most exact first; of equals the root's. Parts
 * (encoders, decoders, projections) cannot run alone and are left out; a repository with a single graph at its root may
 * call it anything.
 */
export function findGraphs(files: readonly TreeEntry[]): ModelRecord['graphs'] {
  const found = files.flatMap(({ path, type }) => {
    const name = /^(?:onnx\/)?([^/]+\.onnx)$/.exec(path)?.[1];
    const rank = name && type === 'file' ? kinds.findIndex((kind) => kind.name.test(name)) : -1;
    return rank < 0 ? [] : [{ path, rank }];
  });
  if (found.length === 0) return onlyGraph(files);
  found.sort((a, b) => a.rank - b.rank || depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
  return found.map(({ path, rank }) => ({ path, label: kinds[rank]!.label, exact: kinds[rank]!.exact }));
}

function onlyGraph(files: readonly TreeEntry[]): ModelRecord['graphs'] {
  const graphs = files.filter(({ path, type }) => type === 'file' && /\.onnx$/.test(path));
  const [only] = graphs;
  if (graphs.length !== 1 || !only || only.path.includes('/')) return [];
  return [{ path: only.path, label: 'other', exact: false }];
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Files that a tokenizer is read or built from. */
export function hasTokenizerFiles(files: readonly TreeEntry[]): boolean {
  const paths = new Set(files.map((file) => file.path));
  return paths.has('tokenizer.json') || paths.has('vocab.txt') || (paths.has('vocab.json') && paths.has('merges.txt'));
}
