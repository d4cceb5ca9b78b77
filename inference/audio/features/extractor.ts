import type { TypedTensor } from '../../pipelines/model.js';

/** Makes of samples what a model reads. */
export interface FeatureExtractor {
  /** Samples a second that the model was trained with. */
  readonly rate: number;
  /** The graph's input: `input_values`, `input_features`. */
  readonly input: string;
  /** A batch of one. @throws HubError INFERENCE_INPUT_INVALID when the sound is too short */
  extract(samples: Float32Array): TypedTensor;
}
