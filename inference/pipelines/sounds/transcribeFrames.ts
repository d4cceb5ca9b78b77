import { HubError } from '../../../config/errors.js';
import type { FeatureExtractor } from '../../audio/features/extractor.js';
import { type Chunk, chunksOf, cutsOf, roundedHalfEven } from '../../audio/transcription/chunks.js';
import { type Heard, heardTokens, heardWords, likeliestIds, textOf } from '../../audio/transcription/ctc.js';
import { readCtcVocabulary } from '../../audio/transcription/ctcVocabulary.js';
import type { Model } from '../model.js';
import { invalidInput } from '../request.js';
import { soundLogits } from './soundGraph.js';
import { type SpeechTask, stridesOf } from './speechTask.js';

/** Speech of a model that says a token for each frame (CTC): wav2vec 2.0, HuBERT. */
export async function transcribeFrames(task: SpeechTask, features: FeatureExtractor): Promise<unknown> {
  const { model, parameters } = task;
  const stamps = parameters.return_timestamps || null;
  if (stamps === true) {
    throw invalidInput('parameters.return_timestamps: this model gives those of characters or words: "char" or "word"');
  }
  const vocabulary = await readCtcVocabulary(model);
  const heard = heardTokens(await idsOf(task, features), vocabulary);
  const text = textOf(heard, vocabulary);
  if (stamps === null) return { text };
  const frameSeconds = samplesOfFrame(model) / features.rate;
  const stamped = ({ text, start, end }: Heard) => ({ text, timestamp: [start * frameSeconds, end * frameSeconds] });
  return { text, chunks: (stamps === 'char' ? heard : heardWords(heard, vocabulary)).map(stamped) };
}

/** The token of each frame, of the whole sound or of its parts behind each other. */
async function idsOf({ model, samples, parameters, call }: SpeechTask, features: FeatureExtractor): Promise<number[]> {
  const frameSamples = samplesOfFrame(model);
  const { chunk_length_s } = parameters;
  const cuts = chunk_length_s
    ? cutsOf(chunk_length_s, stridesOf(parameters), features.rate, frameSamples)
    : { length: samples.length, left: 0, right: 0 };
  const ids: number[] = [];
  for (const chunk of chunksOf(samples.length, cuts)) {
    if (call.signal.aborted) throw new HubError('CALL_CANCELLED', {});
    const part = samples.subarray(chunk.start, chunk.start + chunk.length);
    const all = likeliestIds(await soundLogits(model, features, part, 3));
    ids.push(...(chunk_length_s ? ownFrames(all, chunk, frameSamples) : all));
  }
  return ids;
}

/** The frames that belong to no neighbour; counts are rounded as Python rounds them. */
function ownFrames(ids: readonly number[], { length, left, right }: Chunk, frameSamples: number): readonly number[] {
  const count = roundedHalfEven(length / frameSamples);
  const framesOf = (samples: number) => roundedHalfEven((samples / length) * count);
  return ids.slice(framesOf(left), count - framesOf(right));
}

/** Samples from one frame to the next: the product of the strides of the convolutions. */
function samplesOfFrame({ settings }: Model): number {
  const strides = settings.config.conv_stride;
  return Array.isArray(strides) ? strides.reduce<number>((product, stride) => product * stride, 1) : 320;
}
