import { compiledGraph, compiledPrefix } from '../../config/compiledModels.js';
import { readTensors } from '../compile/checkpoint.js';
import { buildGraphs, contentKey } from '../compile/index.js';
import type { OnnxGraph } from '../compile/onnxWriter.js';
import { loadModel } from '../runner/models/loadedModel.js';
import { readSnapshotJson } from '../snapshot/snapshotFiles.js';
import type { Int8Result } from '../types.js';
import { newInt8Name, sweepInt8Files } from './int8Files.js';
import { linearGroups } from './linearGroups.js';
import { type Asked, searchPlan } from './search.js';
import { heldBackTexts } from './texts.js';
import { Trial, trialThreads } from './trial.js';

export interface QuantiseOptions extends Asked {
  /** Chooses the plan; tests have their own. */
  readonly search?: typeof searchPlan;
}

/**
 * Looks for an int8 plan of a snapshot's checkpoint that holds the accuracy, and writes its graph and its int8 weights beside
 * the checkpoint. Nothing else may search in this folder meanwhile. It takes seconds to minutes of one thread, and runs on
 * this machine's processor decide.
 * @throws HubError INFERENCE_UNAVAILABLE for a checkpoint that does not compile or whose tokenizer cannot be used
 */
export async function quantiseSnapshot(
  folder: string,
  { leastCosine, search = searchPlan }: QuantiseOptions,
): Promise<Int8Result> {
  const json = (await readSnapshotJson(folder, 'config.json')) ?? {};
  const tensors = await readTensors(folder);
  const [only, ...others] = buildGraphs(json, tensors);
  const graph = only!.graph.build('model');
  if (others.length > 0 || !readsTexts(graph)) return { file: null, reason: 'int8 is made for encoders of texts only' };
  const groups = linearGroups(graph);
  if (groups.length === 0) return { file: null, reason: 'it has no linear layers with weights of their own' };
  const exact = await loadModel(folder, compiledGraph, trialThreads);
  const name = newInt8Name(`${compiledPrefix}${contentKey(json, tensors)}`);
  const trial = new Trial({ folder, name, graph, exact: exact.forCall(Number.POSITIVE_INFINITY) });
  let kept: string | null = null;
  try {
    await trial.quantise(groups);
    const verdict = await search(groups, trial, { leastCosine });
    if (!verdict.isUsed) return { file: null, reason: verdict.reason };
    kept = await trial.keep(verdict.plan);
    const { plan, cosine, speed } = verdict;
    const { hasScores } = trial;
    return { file: kept, cosine, speed, hasScores, texts: heldBackTexts.length, int8: plan.length, of: groups.length };
  } finally {
    await exact.release();
    await sweepInt8Files(folder, kept);
  }
}

const textInputs: ReadonlySet<string> = new Set(['input_ids', 'attention_mask', 'token_type_ids']);

/** Token numbers, [texts, tokens], and nothing else. */
function readsTexts({ inputs }: OnnxGraph): boolean {
  return inputs.every(({ name, dims }) => textInputs.has(name) && dims?.length === 2);
}
