import path from 'node:path';
import { compiledGraph } from '../../config/compiledModels.js';
import { fileReader, readOnnxModel } from '../../indexer/formats/index.js';
import { graphFilesOf } from '../runner/models/graphs.js';
import { readSnapshotJson, sizeOf, unavailableReason } from '../snapshot/snapshotFiles.js';
import { readVocabulary } from '../tokenizers/readTokenizer.js';
import { type TokenNumbers, tokenNumbers } from '../tokenizers/tokenNumbers.js';
import { planSnapshot } from './index.js';
import type { Finding, PlanTask } from './planner.js';
import { vocabularyMisfit } from './vocabularyFit.js';
import { type LookingUp, wordTableRows } from './wordTable.js';

/** The code of the planner's thread. Without a task it only starts. */
export default async function plan(task: PlanTask | null): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let numbers: ReturnType<typeof numbersOf> | null = null;
  for (const graph of task?.graphs ?? []) {
    const looked = await lookInto(task!.folder, graph);
    if (typeof looked === 'string') findings.push({ graph, isProblem: true, reason: looked });
    const rows = looked === null || typeof looked === 'string' ? null : wordTableRows(looked);
    if (rows === null) continue;
    numbers ??= numbersOf(task!);
    const known = await numbers;
    if (typeof known === 'string') findings.push({ graph, isTokenizer: true, isProblem: true, reason: known });
    const misfit = known && typeof known !== 'string' && vocabularyMisfit(known, rows);
    if (misfit) findings.push({ graph, ...misfit });
  }
  return findings;
}

/** What a graph does with its tokens; why it cannot be compiled; null where its load will say what is wrong with it. */
async function lookInto(folder: string, graph: string): Promise<LookingUp | string | null> {
  if (graph !== compiledGraph) return lookIntoFile(folder, graph).catch(() => null);
  try {
    const [first] = await planSnapshot(folder);
    const lookups = first!.nodes.map(({ operator, inputs, outputs }) => ({
      operator,
      inputs,
      output: outputs[0] ?? '',
    }));
    return { lookups, tables: first!.weights.map(({ name, dims }) => ({ name, shape: dims })) };
  } catch (error) {
    const reason = unavailableReason(error);
    if (reason === null) throw error;
    return reason;
  }
}

/** Of a set of graphs, the first reads texts. */
async function lookIntoFile(folder: string, graph: string): Promise<LookingUp | null> {
  const [first] = await graphFilesOf(folder, graph);
  if (!first) return null;
  const reader = await fileReader(path.join(folder, first.path));
  try {
    const { lookups, initializers } = await readOnnxModel(first.path, reader);
    return { lookups, tables: initializers };
  } finally {
    await reader.close();
  }
}

/** Larger ones would take more memory than this thread has; they are those of the largest vocabularies by far. */
const maxTokenizerBytes = 48 * 1024 * 1024;

/** Why the tokenizer cannot be read; null where there is none, or where its load will say what is wrong with it. */
async function numbersOf({ folder, hasTokenizer }: PlanTask): Promise<TokenNumbers | string | null> {
  const size = await sizeOf(path.join(folder, 'tokenizer.json'));
  if ((size ?? 0) > maxTokenizerBytes) return null;
  try {
    const config = (await readSnapshotJson(folder, 'config.json')) ?? {};
    const settings = (await readSnapshotJson(folder, 'tokenizer_config.json')) ?? {};
    const vocabulary = await readVocabulary(folder, config, settings);
    if (vocabulary?.vocabulary) return tokenNumbers(vocabulary);
    if (size !== null) return 'tokenizer.json has no vocabulary (model.vocab)';
    return hasTokenizer ? 'the vocabulary files of its tokenizer class are missing; push its tokenizer.json' : null;
  } catch (error) {
    return unavailableReason(error);
  }
}
