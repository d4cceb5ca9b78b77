import { compiledGraph } from '../../../config/compiledModels.js';
import type { ModelRecord } from '../../../indexer/tags/types.js';
import { isAnswered, needsTokenizer, notAnswered, tensorTask } from '../../../inference/pipelines/index.js';
import type { RepoRow } from '../../accounts/types.js';
import type { Services } from '../../services.js';

export type Availability =
  | { readonly available: true; readonly task: string }
  | {
      readonly available: false;
      readonly reason: string;
      readonly kind: 'off' | 'unsupported';
      readonly remedy: Remedy;
    };

/** Where whoever may change something has to look: the hub's options, the model's settings, its card, its files. */
export type Remedy =
  | 'hub'
  | 'settings'
  | 'switch'
  | 'task'
  | 'taskNotServed'
  | 'graphs'
  | 'tokenizer'
  | 'files'
  | 'size';

/**
 * Whether this model answers here, and if not why: the one place that the widget, the API, the push report and the
 * status door ask. A task that the caller names need not be the one of the card. 'off' is somebody's choice (403), 'unsupported' a fact about the files (400).
 */
export function inferenceAvailability(
  services: Pick<Services, 'options'>,
  row: Pick<RepoRow, 'inferenceOff' | 'graph'>,
  record: ModelRecord | null,
  askedTask: string | null = null,
): Availability {
  const off = (remedy: Remedy, reason: string): Availability => ({ available: false, reason, kind: 'off', remedy });
  const unsupported = (remedy: Remedy, reason: string): Availability => ({
    available: false,
    reason,
    kind: 'unsupported',
    remedy,
  });
  if (!services.options.inference.enabled) return off('hub', 'inference is turned off on this hub');
  if (row.inferenceOff) return off('settings', 'its owner turned inference off in the settings');
  if (!record) return unsupported('files', 'the repository has no files that were read yet');
  if (!record.inference) return off('switch', `README.md says "inference: ${record.inferenceSays ?? 'false'}"`);
  const wanted = askedTask ?? record.pipelineTag;
  // What no files of it would change is said first.
  if (wanted && wanted !== tensorTask && !isAnswered(wanted)) return unsupported('taskNotServed', notAnswered(wanted));
  if (!wanted)
    return unsupported('task', 'no task is known: README.md has no "pipeline_tag:", and the files tell none');
  if (record.graphs.length === 0) {
    return unsupported(
      'graphs',
      record.graphProblem ??
        'it has no ONNX graph (model.onnx at the root or in onnx/) and no checkpoint that is compiled (model.safetensors)',
    );
  }
  const problems = record.check?.problems ?? [];
  const chosen = row.graph === null ? undefined : problems.find((one) => one.task === null && one.graph === row.graph);
  if (chosen) return unsupported('settings', `its settings choose the graph "${chosen.graph}": ${chosen.reason}`);
  const graph = row.graph ?? record.graphs[0]!.path;
  const problemOf = (task: string | null) => problems.find((one) => one.task === task && one.graph === graph);
  if (askedTask === tensorTask) {
    // A pushed graph may be good for its tensors alone; one that the hub made of weights is for the task that it fails at.
    const problem = graph === compiledGraph ? problemOf(record.pipelineTag ?? null) : undefined;
    return problem ? unsupported('files', problem.reason) : { available: true, task: tensorTask };
  }
  if (needsTokenizer(wanted) && !record.hasTokenizer)
    return unsupported('tokenizer', 'it has no tokenizer (tokenizer.json, or the vocabulary files it is built from)');
  const problem = problemOf(wanted);
  return problem ? unsupported('files', problem.reason) : { available: true, task: wanted };
}
