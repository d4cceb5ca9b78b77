import { HubError } from '../../../../config/errors.js';
import { KeyValueCache } from '../../../generation/keyValueCache.js';
import type { ModelGraph, TypedTensor } from '../../../pipelines/model.js';
import { type Attention, firstFrames } from './alignment.js';
import type { WhisperFacts } from './whisperFacts.js';

/** Seconds of one frame of the encoder. */
const frameSeconds = 0.02;

export interface SpokenWindow {
  readonly prompt: readonly number[];
  /** What was said, the end token included where there was one. */
  readonly said: readonly number[];
  readonly encoderOutputs: ReadonlyMap<string, TypedTensor>;
  /** Frames of the encoder in which there is sound; negative where the window begins behind it. */
  readonly frames: number;
}

/**
 * Seconds at which each token that was said begins: the decoder reads all of it once more, and tells where it looked.
 * @throws HubError INFERENCE_INPUT_INVALID for models whose files do not say which heads follow the sound
 */
export async function tokenTimes(
  decoder: ModelGraph,
  { alignmentHeads }: WhisperFacts,
  filterWidth: number,
  window: SpokenWindow,
): Promise<readonly number[]> {
  const { prompt, said, encoderOutputs, frames } = window;
  const names = [...new Set(alignmentHeads.map(([layer]) => `cross_attentions.${layer}`))];
  const given = new Set(decoder.outputs.map(({ name }) => name));
  if (names.length === 0) throw refused('generation_config.json of this model names no alignment_heads');
  if (!names.every((name) => given.has(name))) throw refused('its decoder does not tell where it looked');
  // Nobody looks for the token behind the last.
  const read = said.length - 1;
  if (read < 1) return said.map(() => 0);
  const ids = [...prompt, ...said.slice(0, read)];
  const cache = new KeyValueCache({ heads: 0, size: 0 });
  cache.keep(encoderOutputs);
  const tokens: TypedTensor = { type: 'int64', data: BigInt64Array.from(ids, BigInt), dims: [1, ids.length] };
  const outputs = await decoder.run({ ...cache.feeds(decoder, 1), input_ids: tokens }, names);
  const heads = alignmentHeads.flatMap(([layer, head]) => {
    const attention = outputs.get(`cross_attentions.${layer}`);
    return attention ? headOf(attention, head, prompt.length, read, frames) : [];
  });
  if (heads.length === 0) throw refused('alignment_heads names heads that the decoder has not');
  const times = firstFrames(heads, filterWidth).map((frame) => frame * frameSeconds);
  return [...times, times.at(-1)!];
}

/** The rows of the tokens that were said, in one head of [1, heads, tokens, frames]. */
function headOf(tensor: TypedTensor, head: number, from: number, rows: number, frames: number): readonly Attention[] {
  const [, heads = 0, tokens = 0, columns = 0] = tensor.dims;
  if (tensor.type !== 'float32' || head >= heads) return [];
  // Behind the end of the sound Python counts back from the end of the window, twice; so do we, for the same times.
  const kept = frames < 0 ? Math.max(0, columns + 2 * frames) : Math.min(frames, columns);
  const data = new Float32Array(rows * kept);
  for (let row = 0; row < rows; row += 1) {
    const start = (head * tokens + from + row) * columns;
    data.set(tensor.data.subarray(start, start + kept), row * kept);
  }
  return [{ data, tokens: rows, frames: kept }];
}

function refused(reason: string): HubError {
  return new HubError('INFERENCE_INPUT_INVALID', {
    reason: `parameters.return_timestamps: no times of words: ${reason}`,
  });
}
