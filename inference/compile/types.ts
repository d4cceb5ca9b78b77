import type { Config } from './config.js';
import type { GraphBuilder } from './graphBuilder.js';
import type { Weights } from './weights.js';

/** What an architecture is compiled from. */
export interface Source {
  readonly config: Config;
  /** All tensors of the checkpoint, under the names of its files. */
  readonly weights: Weights;
  /** What the model is for: the end of its class name. */
  readonly head: Head;
}

/** The class names' endings that are understood. `Model` is a body without a head. */
export const heads = [
  'Model',
  'ForMaskedLM',
  'ForPreTraining',
  'ForSequenceClassification',
  'ForTokenClassification',
  'ForQuestionAnswering',
  'ForCausalLM',
  'LMHeadModel',
  'ForConditionalGeneration',
  'MTModel',
  'ForImageClassification',
  'ForImageClassificationWithTeacher',
  'ForSemanticSegmentation',
  'ForSegmentation',
  'ForObjectDetection',
  'ForDepthEstimation',
  'ForCTC',
  'ForAudioClassification',
  'WithProjection',
] as const;
export type Head = (typeof heads)[number];

/** One graph of a compiled model, under the name that optimum gives its file. */
export interface NamedGraph {
  readonly name: 'model' | 'encoder_model' | 'decoder_model_merged' | (string & {});
  readonly graph: GraphBuilder;
}

/** One family of checkpoints. A new one is a file beside the others and a row of `index.ts`. */
export interface Architecture {
  /** `model_type` in config.json. */
  readonly modelTypes: readonly string[];
  readonly heads: readonly Head[];
  /** Tensors that only one head leaves: it is the head where config.json names no class. */
  readonly headTraces?: readonly (readonly [tensor: RegExp, head: Head])[];
  /** Whether the head that writes has the body's words where config.json does not say: then it leaves no trace. */
  readonly tiesWords?: boolean;
  /**
   * The graphs, all tensors taken or ignored. @throws HubError INFERENCE_UNAVAILABLE naming the tensor or the key of
   * config.json that was not understood
   */
  build(source: Source): readonly NamedGraph[];
}
