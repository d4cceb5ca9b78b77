import { HubError } from '../../../config/errors.js';
import type { FeatureExtractor } from '../../audio/features/extractor.js';
import { soundError } from '../../audio/soundError.js';
import type { Model, ModelGraph, Tensor } from '../model.js';

/** Most bytes of the scores that all frames give each other in one layer; three minutes of a large model. */
const maxScoreBytes = 4 * 2 ** 30;

/**
 * `logits` of a graph that reads sounds: [1, labels], or of each frame [1, frames, words].
 * @throws HubError INFERENCE_INPUT_INVALID for a sound that is too short or too long, INFERENCE_UNAVAILABLE
 */
export async function soundLogits(
  model: Model,
  features: FeatureExtractor,
  samples: Float32Array,
  rank: 2 | 3,
): Promise<Tensor> {
  checkFrames(model, samples.length);
  const graph = graphReading(model, features.input);
  const values = features.extract(samples);
  const feeds = { [features.input]: values };
  const takesMask = graph.inputs.some(({ name }) => name === 'attention_mask');
  const columns = values.dims[1]!;
  const mask = { type: 'int64', data: new BigInt64Array(columns).fill(1n), dims: [1, columns] } as const;
  const outputs = await graph.run(takesMask ? { ...feeds, attention_mask: mask } : feeds);
  const logits = outputs.get('logits');
  if (logits?.type === 'float32' && logits.dims.length === rank) return logits;
  const wanted = rank === 2 ? '[1, labels]' : '[1, frames, words]';
  throw new HubError('INFERENCE_UNAVAILABLE', { reason: `its graph has no output logits ${wanted} of float32` });
}

function graphReading(model: Model, input: string): ModelGraph {
  const graph = model.graph('model');
  const extra = graph?.inputs.filter(({ name }) => name !== input && name !== 'attention_mask') ?? [];
  if (graph?.inputs.some(({ name }) => name === input) && extra.length === 0) return graph;
  const found = graph?.inputs.map(({ name }) => name).join(', ') ?? 'no graph';
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `its graph must take the input ${input} alone; it has ${found}`,
  });
}

/** Frames that convolutions as `conv_kernel` and `conv_stride` say make of samples; null for models without them. */
function framesOf(model: Model, samples: number): number | null {
  const { conv_kernel: kernels, conv_stride: strides } = model.settings.config;
  if (!Array.isArray(kernels) || !Array.isArray(strides)) return null;
  return kernels.reduce<number>((count, kernel, layer) => Math.floor((count - kernel) / strides[layer]) + 1, samples);
}

function checkFrames(model: Model, samples: number): void {
  const frames = framesOf(model, samples);
  if (frames === null) return;
  if (!(frames >= 1)) throw soundError('the sound is shorter than one frame of the model');
  const heads = Number(model.settings.config.num_attention_heads) || 12;
  if (frames ** 2 * heads * 4 <= maxScoreBytes) return;
  const reason = `the sound gives ${frames} frames, more than the model can compare with each other at once`;
  throw soundError(`${reason}; send a shorter part, or set parameters.chunk_length_s where the task has it`);
}
