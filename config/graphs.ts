import { compiledGraph } from './compiledModels.js';

/** A graph of a model: a file by its name, or the one that is compiled from its checkpoint. */
export interface GraphName {
  /** Relative to the repository, `/` between names; `compiled` for the one that is made of the checkpoint. */
  readonly path: string;
  /** One of `graphLabels`: how exact the graph is. */
  readonly label: string;
  /** Runs before any quantised file: the model as trained, or as ONNX Runtime optimised it. */
  readonly exact: boolean;
}

/** The names that optimum and transformers.js give: the earlier row is the more exact and runs first. */
const kinds: readonly { readonly label: string; readonly name: RegExp; readonly exact: boolean }[] = [
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

export const graphLabels: readonly string[] = [...kinds.map(({ label }) => label), compiledGraph];

/**
 * The graphs that can run, most exact first: float32 files, then the one compiled from the checkpoint where there is one
 * (`compiles`), then narrower files.
 */
export function rankGraphs(paths: readonly string[], compiles = false): readonly GraphName[] {
  const files = rankFiles(paths);
  if (!compiles) return files;
  const compiled = { path: compiledGraph, label: compiledGraph, exact: true };
  return [...files.filter(({ exact }) => exact), compiled, ...files.filter(({ exact }) => !exact)];
}

/** A file that is a part of a model, as optimum names it: `onnx/decoder_model_merged_int8.onnx`. */
export interface GraphPart {
  /** `model`, `encoder_model`, `decoder_model_merged`, `decoder_model` or `decoder_with_past_model`. */
  readonly name: string;
  readonly path: string;
}

const partFile =
  /^((?:onnx\/)?)(model|encoder_model|decoder_model_merged|decoder_model|decoder_with_past_model)(.*\.onnx)$/;

/**
 * The files that run together with the graph `path`, itself included: an encoder has a decoder beside it, in one graph or
 * in two. A graph of a whole model is alone.
 */
export function graphParts(path: string, paths: readonly string[]): readonly GraphPart[] {
  const [, folder, first, ending] = partFile.exec(path) ?? [];
  if (first === undefined || first === 'model') return [{ name: 'model', path }];
  const there = new Set(paths);
  const part = (name: string): GraphPart[] => {
    const file = `${folder}${name}${ending}`;
    return there.has(file) ? [{ name, path: file }] : [];
  };
  const merged = part('decoder_model_merged');
  const decoders = merged.length > 0 ? merged : [...part('decoder_model'), ...part('decoder_with_past_model')];
  return [...part('encoder_model'), ...decoders];
}

/** The name by which a graph is ranked, or null: a set of parts is named by its encoder, else by its decoder. */
function wholeName(path: string, paths: readonly string[]): string | null {
  const [, , first, ending] = partFile.exec(path) ?? [];
  if (first === undefined) return null;
  if (first === 'model') return `model${ending}`;
  const parts = graphParts(path, paths);
  const isComplete = parts.some(({ name }) => name === 'decoder_model_merged' || name === 'decoder_model');
  return isComplete && parts[0]!.path === path ? `model${ending}` : null;
}

/**
 * ONNX graphs of a whole model (`model*.onnx`), or sets of an encoder and a decoder, at the root or in `onnx/`, most exact
 * first; of equals the root's. Other parts cannot run alone and are left out; a repository with a single graph at its root
 * may call it anything.
 */
function rankFiles(paths: readonly string[]): readonly GraphName[] {
  const found = paths.flatMap((path) => {
    const name = wholeName(path, paths);
    const rank = name ? kinds.findIndex((kind) => kind.name.test(name)) : -1;
    return rank < 0 ? [] : [{ path, rank }];
  });
  if (found.length === 0) return onlyGraph(paths);
  found.sort((a, b) => a.rank - b.rank || depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1));
  return found.map(({ path, rank }) => ({ path, label: kinds[rank]!.label, exact: kinds[rank]!.exact }));
}

function onlyGraph(paths: readonly string[]): readonly GraphName[] {
  const graphs = paths.filter((path) => path.endsWith('.onnx'));
  const [only] = graphs;
  if (graphs.length !== 1 || !only || only.includes('/')) return [];
  return [{ path: only, label: 'other', exact: false }];
}

function depth(path: string): number {
  return path.split('/').length;
}
