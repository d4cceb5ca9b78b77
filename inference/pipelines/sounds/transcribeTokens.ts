import { HubError } from '../../../config/errors.js';
import type { FeatureExtractor } from '../../audio/features/extractor.js';
import type { LogMelFeatures, Spectrogram } from '../../audio/features/logMel.js';
import { chunksOf, cutsOf } from '../../audio/transcription/chunks.js';
import { cutWindow } from '../../audio/transcription/whisper/segments.js';
import { type SpeechChunk, speechText, type Transcript } from '../../audio/transcription/whisper/speechText.js';
import { startTokens, type Wish } from '../../audio/transcription/whisper/startTokens.js';
import { timestampRule } from '../../audio/transcription/whisper/timestampRule.js';
import { type WhisperFacts, whisperFacts, whisperTokens } from '../../audio/transcription/whisper/whisperFacts.js';
import { tokenTimes } from '../../audio/transcription/whisper/wordTimes.js';
import { rowOf } from '../../generation/decoder.js';
import { crossDecoder } from '../../generation/decoders.js';
import { generate } from '../../generation/generate.js';
import type { Rule } from '../../generation/rules.js';
import type { GenerationSettings } from '../../generation/settings.js';
import type { ModelGraph, TypedTensor } from '../model.js';
import { invalidInput } from '../request.js';
import { type SpeechTask, stridesOf } from './speechTask.js';
import { speechSettings, speechWish } from './whisperSettings.js';

/** Frames of features that the encoder joins to one of its own, and the seconds of that one. */
const stride = 2;
const frameSeconds = 0.02;

/** All that listening needs, from one window to the next. */
interface Listener {
  readonly task: SpeechTask;
  readonly facts: WhisperFacts;
  readonly features: LogMelFeatures;
  readonly settings: GenerationSettings;
  readonly wish: Wish;
  readonly stamps: boolean | 'word';
  readonly windowFrames: number;
}

/** Speech of a model that listens to half a minute at once and writes what was said: Whisper. */
export async function transcribeTokens(task: SpeechTask, extractor: FeatureExtractor): Promise<unknown> {
  const { model, samples, parameters } = task;
  if (!('extractWhole' in extractor))
    throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'speech is written down from the features of Whisper only' });
  const features = extractor as LogMelFeatures;
  const stamps = stampsOf(task);
  const facts = whisperFacts(model);
  const asked = speechWish(parameters, facts, stamps !== false);
  const frames = Number(model.settings.config.max_source_positions) || 1500;
  const isLong = !parameters.chunk_length_s && samples.length > features.windowSamples;
  const listener: Listener = {
    task,
    facts,
    features,
    settings: speechSettings(facts, parameters),
    // Only times tell where in a long sound the next window begins.
    wish: isLong ? { ...asked, withTimes: true } : asked,
    stamps,
    windowFrames: frames * stride,
  };
  if (listener.wish.withTimes && facts.noTimestampsId === null)
    throw invalidInput('parameters.return_timestamps: generation_config.json names no no_timestamps_token_id');
  const transcripts = await transcriptsOf(listener, isLong);
  const tokens = await whisperTokens(model, facts, features.windowSeconds / frames);
  const { text, chunks } = await speechText(transcripts, tokens, stamps);
  const { return_language } = parameters;
  return stamps || return_language
    ? { text, chunks: chunks.map((chunk) => shown(chunk, stamps, return_language)) }
    : { text };
}

function stampsOf({ model, parameters }: SpeechTask): boolean | 'word' {
  const stamps = parameters.return_timestamps || model.settings.generation.return_timestamps || false;
  if (stamps === true || stamps === false || stamps === 'word') return stamps;
  throw invalidInput('parameters.return_timestamps: Whisper gives those of segments or words: true or "word"');
}

function shown({ text, timestamp, language }: SpeechChunk, stamps: boolean | 'word', withLanguage?: boolean | null) {
  return { ...(withLanguage && { language }), ...(stamps && { timestamp }), text };
}

async function transcriptsOf(listener: Listener, isLong: boolean): Promise<readonly Transcript[]> {
  const { task, features } = listener;
  const { samples, parameters, call } = task;
  const { rate } = features;
  if (isLong) return [{ ...(await heard(listener, samples, features.extractWhole(samples))), part: null }];
  if (!parameters.chunk_length_s)
    return [{ ...(await heard(listener, samples, windowOf(features, samples))), part: null }];
  const transcripts: Transcript[] = [];
  for (const chunk of chunksOf(samples.length, cutsOf(parameters.chunk_length_s, stridesOf(parameters), rate, 1))) {
    if (call.signal.aborted) throw new HubError('CALL_CANCELLED', {});
    const part = samples.subarray(chunk.start, chunk.start + chunk.length);
    const said = await heard(listener, part, windowOf(features, part));
    transcripts.push({
      ...said,
      part: { length: chunk.length / rate, left: chunk.left / rate, right: chunk.right / rate },
    });
  }
  return transcripts;
}

function windowOf(features: LogMelFeatures, samples: Float32Array): Spectrogram {
  const { data, dims } = features.extract(samples);
  return { data: data as Float32Array, filters: dims[1]!, frames: dims[2]! };
}

/** What is said in all windows of a spectrogram. */
async function heard(
  listener: Listener,
  samples: Float32Array,
  spectrogram: Spectrogram,
): Promise<Omit<Transcript, 'part'>> {
  const { facts, features, windowFrames, stamps } = listener;
  const firstTime = facts.noTimestampsId === null ? Number.POSITIVE_INFINITY : facts.noTimestampsId + 1;
  const soundFrames = soundFramesOf(samples, spectrogram, features);
  const tokens: number[] = [];
  const times: number[] = [];
  let prompt: readonly number[] | null = null;
  for (let seek = 0; seek < spectrogram.frames; ) {
    const encoderOutputs = await encoded(listener, spectrogram, seek);
    prompt ??= await startTokens(facts, listener.wish, () => detectedLanguage(listener, encoderOutputs));
    const said = await written(listener, prompt, encoderOutputs);
    const text = said.at(-1) === facts.endId ? said.slice(0, -1) : said;
    const frames = Math.floor((soundFrames - seek) / stride);
    const starts = stamps === 'word' ? await wordTimes(listener, { prompt, said, encoderOutputs, frames }) : null;
    const cut = cutWindow(text, firstTime, Math.min(windowFrames, spectrogram.frames - seek), stride);
    for (const segment of cut.segments) {
      tokens.push(...segment.tokens);
      const own = starts?.slice(segment.start, segment.start + segment.tokens.length) ?? [];
      times.push(...own.map((start) => start + (seek * frameSeconds) / stride));
    }
    // A model may say that it has heard nothing yet, again and again.
    seek += cut.frames > 0 ? cut.frames : windowFrames;
  }
  return { tokens, times: stamps === 'word' ? times : null };
}

/** Frames of features with sound in them; a window may be filled up with silence. */
function soundFramesOf(samples: Float32Array, { frames }: Spectrogram, { hop, windowSamples }: LogMelFeatures): number {
  if (samples.length > windowSamples) return frames;
  return Math.min(frames, Math.ceil(samples.length / hop));
}

async function encoded(
  { task, windowFrames }: Listener,
  { data, filters, frames }: Spectrogram,
  seek: number,
): Promise<ReadonlyMap<string, TypedTensor>> {
  const encoder = task.model.graph('encoder_model');
  if (!encoder) throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'it has no graph encoder_model' });
  const window = new Float32Array(filters * windowFrames);
  for (let filter = 0; filter < filters; filter += 1) {
    const row = data.subarray(filter * frames + seek, filter * frames + Math.min(frames, seek + windowFrames));
    window.set(row, filter * windowFrames);
  }
  return encoder.run({ input_features: { type: 'float32', data: window, dims: [1, filters, windowFrames] } });
}

/** The language whose token is the likeliest behind the start. */
async function detectedLanguage(
  { task, facts }: Listener,
  encoderOutputs: ReadonlyMap<string, TypedTensor>,
): Promise<number> {
  const scores = await crossDecoder(task.model, { outputs: encoderOutputs, mask: null }).begin([facts.startId]);
  const row = rowOf(scores, 0);
  const ids = [...(facts.languages?.values() ?? [])].sort((a, b) => a - b);
  return ids.reduce((best, id) => ((row[id] ?? Number.NEGATIVE_INFINITY) > row[best]! ? id : best));
}

/** The tokens of one window behind the prompt, the end token included where it was reached. */
async function written(
  { task, facts, settings, wish }: Listener,
  prompt: readonly number[],
  encoderOutputs: ReadonlyMap<string, TypedTensor>,
): Promise<readonly number[]> {
  const rules: Rule[] = [];
  if (wish.withTimes && facts.noTimestampsId !== null) {
    const latest = facts.generation.max_initial_timestamp_index;
    const tokens = {
      first: facts.noTimestampsId + 1,
      noTimestamps: facts.noTimestampsId,
      end: facts.endId,
      latestStart: typeof latest === 'number' ? latest : null,
    };
    rules.push(timestampRule(tokens, prompt.length));
  }
  const [best] = await generate(crossDecoder(task.model, { outputs: encoderOutputs, mask: null }), {
    prompt,
    encoderTokens: null,
    settings,
    rules,
    stops: null,
    signal: task.call.signal,
    onToken: null,
  });
  return best?.tokens.map(({ id }) => id) ?? [];
}

async function wordTimes(listener: Listener, window: Parameters<typeof tokenTimes>[3]): Promise<readonly number[]> {
  const { model } = listener.task;
  const decoder: ModelGraph | null = model.graph('decoder_model_merged');
  if (!decoder) throw invalidInput('parameters.return_timestamps: no times of words: its decoder is cut in two');
  const width = Number(model.settings.config.median_filter_width ?? 7);
  if (!Number.isInteger(width) || width < 1 || width > 101 || width % 2 === 0)
    throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'config.json says no odd median_filter_width' });
  return tokenTimes(decoder, listener.facts, width, window);
}
