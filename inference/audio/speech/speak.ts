import type { Random } from '../../generation/random.js';
import type { Model, ModelGraph, Port, TypedTensor } from '../../pipelines/model.js';
import type { Sound } from '../sound.js';
import { maxRate, minRate } from '../sound.js';
import { soundError } from '../soundError.js';
import { unavailable } from '../tokenFiles.js';
import { noise } from './noise.js';

/** How a text is said; a key of config.json says what is left out. */
export interface Manner {
  readonly speakerId: number | null;
  readonly speakingRate: number | null;
  readonly noiseScale: number | null;
  readonly durationNoiseScale: number | null;
  readonly random: Random;
}

/** Attention of the text costs the square of its tokens. */
const maxTokens = 4096;
/** Memory of one layer of samples, which the widest layers hold several times. */
const maxLayerBytes = 2 ** 29;

/**
 * What VITS makes of token ids: the text decides how long the speech is, so that one graph gives durations and another samples.
 * @throws HubError INFERENCE_INPUT_INVALID for a text that is too long or a speaker that there is not, INFERENCE_UNAVAILABLE
 */
export async function speak(model: Model, ids: readonly number[], manner: Manner): Promise<Sound> {
  const rate = rateOf(model);
  if (ids.length > maxTokens)
    throw soundError(`the text has ${ids.length} tokens, at most ${maxTokens} are said at once`);
  const tokens: TypedTensor = { type: 'int64', data: BigInt64Array.from(ids, BigInt), dims: [1, ids.length] };
  const [text, speech] = [model.graph('encoder_model'), model.graph('decoder_model')];
  if (text && speech) return { samples: await speakByTwo(model, text, speech, tokens, manner), rate };
  const whole = model.graph('model');
  if (whole) return { samples: await speakByOne(whole, tokens), rate };
  throw unavailable('it has no graph that speaks');
}

function rateOf({ settings }: Model): number {
  const rate = settings.config.sampling_rate ?? 16_000;
  if (Number.isSafeInteger(rate) && Number(rate) >= minRate && Number(rate) <= maxRate) return Number(rate);
  throw unavailable('config.json says no sampling_rate that a sound may have');
}

/** A graph as optimum exports it, which draws its noise itself. */
async function speakByOne(graph: ModelGraph, ids: TypedTensor): Promise<Float32Array> {
  const feeds: Record<string, TypedTensor> = {};
  for (const { name } of graph.inputs) {
    if (name !== 'input_ids' && name !== 'attention_mask')
      throw unavailable(`its graph asks for the input "${name}", which texts do not have`);
    const ones = { type: 'int64', data: new BigInt64Array(ids.dims[1]!).fill(1n), dims: ids.dims } as const;
    feeds[name] = name === 'input_ids' ? ids : ones;
  }
  return floats(await graph.run(feeds), 'waveform');
}

async function speakByTwo(
  model: Model,
  text: ModelGraph,
  speech: ModelGraph,
  ids: TypedTensor,
  manner: Manner,
): Promise<Float32Array> {
  const { config } = model.settings;
  const speaker = speakerFeeds(text.inputs, config, manner.speakerId);
  const count = ids.dims[1]!;
  const drawn = noise(
    2 * count,
    manner.durationNoiseScale ?? numberOf(config.noise_scale_duration, 0.8),
    manner.random,
  );
  const feeds: Record<string, TypedTensor> = { input_ids: ids, ...speaker };
  if (text.inputs.some(({ name }) => name === 'duration_noise'))
    feeds.duration_noise = { type: 'float32', data: drawn, dims: [1, 2, count] };
  const prior = await text.run(feeds);
  const pace = 1 / (manner.speakingRate ?? numberOf(config.speaking_rate, 1));
  const durations = Array.from(floats(prior, 'log_durations'), (log) => Math.ceil(f32(f32(Math.exp(log)) * pace)));
  const frames = durations.reduce((sum, duration) => sum + duration, 0);
  checkLength(model, frames);
  const latents = latentFrames(prior, durations, Math.max(1, frames), (size) =>
    noise(size, manner.noiseScale ?? numberOf(config.noise_scale, 0.667), manner.random),
  );
  return floats(await speech.run({ latents, ...speaker }), 'waveform');
}

const f32 = Math.fround;

/** Each token's mean for as many frames as it lasts, with noise of its deviation: [1, size, frames]. */
function latentFrames(
  prior: ReadonlyMap<string, TypedTensor>,
  durations: readonly number[],
  frames: number,
  draw: (size: number) => Float32Array,
): TypedTensor {
  const means = floats(prior, 'prior_means');
  const deviations = floats(prior, 'prior_log_variances');
  const size = means.length / durations.length;
  // Where nothing lasts there is one frame, with the mean 0 and the deviation 1.
  const data = draw(size * frames);
  let frame = 0;
  for (const [token, duration] of durations.entries()) {
    for (let end = frame + duration; frame < end; frame += 1) {
      for (let channel = 0; channel < size; channel += 1) {
        const from = token * size + channel;
        const to = channel * frames + frame;
        data[to] = means[from]! + data[to]! * f32(Math.exp(deviations[from]!));
      }
    }
  }
  return { type: 'float32', data, dims: [1, size, frames] };
}

function speakerFeeds(
  inputs: readonly Port[],
  config: Model['settings']['config'],
  id: number | null,
): Readonly<Record<string, TypedTensor>> {
  if (!inputs.some(({ name }) => name === 'speaker_id')) {
    if (id === null || id === 0) return {};
    throw soundError('this model has one speaker; leave parameters.speaker_id out');
  }
  const count = numberOf(config.num_speakers, 1);
  if (id !== null && id >= count)
    throw soundError(`parameters.speaker_id: this model has the speakers 0 to ${count - 1}`);
  return {
    speaker_id: { type: 'int64', data: BigInt64Array.of(BigInt(id ?? 0)), dims: [1] },
    speaker_share: { type: 'float32', data: Float32Array.of(id === null ? 0 : 1), dims: [1] },
  };
}

/** @throws HubError INFERENCE_INPUT_INVALID when the speech would take more memory than it may */
function checkLength({ settings: { config } }: Model, frames: number): void {
  const rates = Array.isArray(config.upsample_rates) ? config.upsample_rates.map(Number) : [8, 8, 2, 2];
  const samples = frames * rates.reduce((product, rate) => product * rate, 1);
  const channels = Math.max(1, numberOf(config.upsample_initial_channel, 512) / 2 ** rates.length);
  if (samples * channels * 4 <= maxLayerBytes) return;
  const seconds = Math.round(samples / numberOf(config.sampling_rate, 16_000));
  throw soundError(`the speech would last ${seconds} s, more than is made at once; send the text in parts`);
}

function floats(outputs: ReadonlyMap<string, TypedTensor>, name: string): Float32Array {
  const output = outputs.get(name);
  if (output?.type === 'float32') return output.data;
  throw unavailable(`its graph has no output ${name} of float32`);
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}
