import { isCompiledType, weightFileOf } from '../../config/compiledModels.js';
import { graphParts, rankGraphs } from '../../config/graphs.js';
import { externalLocationProblem } from '../formats/index.js';
import type { WeightHeader } from '../formats/types.js';
import type { TreeEntry } from '../repository/types.js';
import type { ModelRecord } from './types.js';
import { uncompiledReason } from './uncompiled.js';

/** The graphs that can be run, the one to run first; where there is none, why: what is wrong with the first, or with the checkpoint. */
export function findGraphs(
  files: readonly TreeEntry[],
  headers: Readonly<Record<string, WeightHeader>> = {},
  modelType: unknown = null,
): Pick<ModelRecord, 'graphs' | 'graphProblem'> {
  const paths = files.filter(({ type }) => type === 'file').map(({ path }) => path);
  const found = rankGraphs(paths, isCompiledType(modelType) && weightFileOf(paths) !== null);
  const problemOfAll = (graph: string) =>
    graphParts(graph, paths)
      .map(({ path }) => problemOf(path, headers[path]))
      .find((problem) => problem !== null) ?? null;
  const graphs = found.filter(({ path }) => problemOfAll(path) === null);
  const [first] = found;
  const problem = first ? problemOfAll(first.path) : uncompiledReason(paths, modelType);
  const graphProblem = graphs.length === 0 ? problem : null;
  return { graphs, ...(graphProblem && { graphProblem }) };
}

/** What a graph's header says that no runner of this hub gets over, or null. */
function problemOf(path: string, header: WeightHeader | undefined): string | null {
  for (const location of header?.externalFiles ?? []) {
    const problem = externalLocationProblem(location);
    if (problem) return `${path} names the external data "${location.slice(0, 200)}": ${problem}`;
  }
  const domain = header?.libraryDomains?.[0];
  return domain === undefined ? null : `${path} uses operators of "${domain}", which this hub never loads`;
}

/** What a tokenizer is read or built from: see inference/tokenizers. */
const tokenizerFiles = [
  'tokenizer.json',
  'vocab.txt',
  'vocab.json',
  'spiece.model',
  'spm.model',
  'sentencepiece.bpe.model',
  'tokenizer.model',
];

export function hasTokenizerFiles(files: readonly TreeEntry[]): boolean {
  const paths = new Set(files.map((file) => file.path));
  return tokenizerFiles.some((file) => paths.has(file));
}
