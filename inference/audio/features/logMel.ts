import { HubError } from '../../../config/errors.js';
import type { FeatureExtractor } from './extractor.js';
import { canTransform, FourierTransform } from './fourier.js';
import { applied, slaneyFilters } from './melFilters.js';
import type { Preprocessor } from './preprocessor.js';

/** Whisper's features, and what its pipeline cuts long sounds by. */
export interface LogMelFeatures extends FeatureExtractor {
  /** Samples of one window, 30 s: shorter sounds are filled up with zeros, longer ones are cut. */
  readonly windowSamples: number;
  readonly windowSeconds: number;
  /** Samples between two frames. */
  readonly hop: number;
  /** All of a sound, however long: [1, filters, samples / hop]. */
  extractWhole(samples: Float32Array): Spectrogram;
}

/** Numbers for each filter at each frame, filter by filter. */
export interface Spectrogram {
  readonly data: Float32Array;
  readonly filters: number;
  readonly frames: number;
}

const highestHertz = 8000;
/** Powers below it count as it; and so do those that are 80 dB below the loudest. */
const leastPower = 1e-10;
const range = 8;

/**
 * Logarithms of the power in bands of the mel scale, as Whisper takes them (arXiv 2212.04356): frames around every `hop`th
 * sample, the sound mirrored at its ends, scaled so that the loudest is near 1.
 */
export function logMelFeatures(preprocessor: Preprocessor): LogMelFeatures {
  const rate = preprocessor.rate;
  const hop = preprocessor.size('hop_length', 160, 100_000);
  const length = preprocessor.size('n_fft', 400, 16_384);
  const windowSeconds = preprocessor.size('chunk_length', 30, 600);
  const count = preprocessor.size('feature_size', 80, 1024);
  if (!canTransform(length)) {
    const reason = `preprocessor_config.json says ${length} for n_fft; understood are even numbers with small prime factors`;
    throw new HubError('INFERENCE_UNAVAILABLE', { reason });
  }
  const windowSamples = windowSeconds * rate;
  const filters = slaneyFilters(count, 1 + Math.floor(length / 2), rate, highestHertz);
  const transform = new FourierTransform(length);
  const window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));

  function spectrogram(samples: Float32Array): Spectrogram {
    const frames = Math.floor(samples.length / hop);
    const data = new Float32Array(count * frames);
    const [first, second] = [new Float64Array(length), new Float64Array(length)];
    const [firstPowers, secondPowers] = [new Float64Array(length), new Float64Array(length)];
    const silence = new Float64Array(length);
    const lastHeard = samples.findLastIndex((sample) => sample !== 0);
    let loudest = Number.NEGATIVE_INFINITY;
    const store = (frame: number, powers: Float64Array) => {
      for (let filter = 0; filter < count; filter += 1) {
        const value = Math.log10(Math.max(leastPower, applied(filters[filter]!, powers)));
        data[filter * frames + frame] = value;
        loudest = Math.max(loudest, value);
      }
    };
    for (let frame = 0; frame < frames; frame += 2) {
      // Most of a short sound's window is silence, which needs no transform.
      if ((frame - 1) * hop - length / 2 > lastHeard && (frame + 2) * hop + length / 2 < samples.length) {
        store(frame, silence);
        if (frame + 1 < frames) store(frame + 1, silence);
        continue;
      }
      windowed(samples, frame * hop - length / 2, window, first);
      windowed(samples, (frame + 1) * hop - length / 2, window, second);
      transform.powers(first, second, firstPowers, secondPowers);
      store(frame, firstPowers);
      if (frame + 1 < frames) store(frame + 1, secondPowers);
    }
    for (let i = 0; i < data.length; i += 1) data[i] = (Math.max(data[i]!, loudest - range) + 4) / 4;
    return { data, filters: count, frames };
  }

  return {
    rate,
    hop,
    windowSamples,
    windowSeconds,
    input: 'input_features',
    extract(samples) {
      const filled = new Float32Array(windowSamples);
      filled.set(samples.subarray(0, windowSamples));
      const { data, filters: rows, frames } = spectrogram(filled);
      return { type: 'float32', data, dims: [1, rows, frames] };
    },
    extractWhole: spectrogram,
  };
}

/** Samples from `start` on under the window; places before the first and behind the last are mirrored. */
function windowed(samples: Float32Array, start: number, window: Float64Array, into: Float64Array): void {
  const last = samples.length - 1;
  for (let i = 0; i < window.length; i += 1) {
    let at = Math.abs(start + i);
    if (at > last) at = Math.abs(2 * last - at);
    into[i] = window[i]! * (samples[at] ?? 0);
  }
}
