import { compiledGraph } from '../../config/compiledModels.js';
import { readTensors } from '../compile/checkpoint.js';
import { buildGraphs, compiledPrefix, contentKey } from '../compile/index.js';
import type { OnnxGraph } from '../compile/onnxWriter.js';
import { loadModel } from '../runner/loadedModel.js';
import { readSnapshotJson } from '../runner/modelFiles.js';
import { linearGroups } from './linearGroups.js';
import { type Int8Verdict, searchPlan } from './search.js';
import { Trial, trialThreads } from './trial.js';

export interface Int8Model {
  readonly verdict: Int8Verdict;
  /** The graph, relative to the snapshot's folder; null = none was made. */
  readonly file: string | null;
}

/**
 * Looks for an int8 plan of a snapshot's checkpoint that holds the accuracy, and writes its graph and its int8 weights beside
 * the checkpoint. It takes seconds to minutes of one thread, and runs on this machine's processor decide.
 * @throws HubError INFERENCE_UNAVAILABLE for a checkpoint that does not compile or whose tokenizer cannot be used
 */
export async function quantiseSnapshot(folder: string, search: typeof searchPlan = searchPlan): Promise<Int8Model> {
  const json = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const tensors = await readTensors(folder);
  const [only, ...others] = buildGraphs(json, tensors);
  const graph = only!.graph.build('model');
  if (others.length > 0 || !readsTexts(graph)) return none('int8 is made for encoders of texts only');
  const groups = linearGroups(graph);
  if (groups.length === 0) return none('it has no linear layers with weights of their own');
  const name = `${compiledPrefix}${contentKey(json, tensors)}.int8`;
  const exact = await loadModel(folder, compiledGraph, trialThreads);
  const trial = new Trial({ folder, name, graph, exact: exact.forCall(Number.POSITIVE_INFINITY) });
  try {
    await trial.quantise(groups);
    const verdict = await search(groups, trial);
    if (!verdict.isUsed) await trial.drop();
    return { verdict, file: verdict.isUsed ? await trial.keep(verdict.plan) : null };
  } catch (error) {
    await trial.drop();
    throw error;
  } finally {
    await exact.release();
  }
}

function none(reason: string): Int8Model {
  return { verdict: { isUsed: false, reason }, file: null };
}

const textInputs: ReadonlySet<string> = new Set(['input_ids', 'attention_mask', 'token_type_ids']);

/** Token numbers, [texts, tokens], and nothing else. */
function readsTexts({ inputs }: OnnxGraph): boolean {
  return inputs.every(({ name, dims }) => textInputs.has(name) && dims?.length === 2);
}
