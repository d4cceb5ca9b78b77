import { soundError } from '../soundError.js';
import type { FeatureExtractor } from './extractor.js';
import { FourierTransform } from './fourier.js';
import { applied, kaldiFilters } from './melFilters.js';
import type { Preprocessor } from './preprocessor.js';

const frameSeconds = 0.025;
const hopSeconds = 0.01;
const preemphasis = 0.97;
/** The distance between 1 and the next float32. */
const leastPower = 2 ** -23;

/**
 * Kaldi's filter banks with a Hann window, cut or filled up to `max_length` frames and shifted to mean 0 and deviation ½: the
 * audio spectrogram transformer (arXiv 2104.01778).
 */
export function filterBankFeatures(preprocessor: Preprocessor): FeatureExtractor {
  const rate = preprocessor.rate;
  const count = preprocessor.size('num_mel_bins', 128, 1024);
  const frames = preprocessor.size('max_length', 1024, 100_000);
  const isNormalised = preprocessor.flag('do_normalize', true);
  const mean = preprocessor.number('mean', -4.2677393);
  const deviation = preprocessor.number('std', 4.5689974);
  const length = Math.floor(rate * frameSeconds);
  const hop = Math.floor(rate * hopSeconds);
  const transform = new FourierTransform(2 ** Math.ceil(Math.log2(length)));
  const filters = kaldiFilters(count, transform.length, rate);
  const window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));

  function extract(samples: Float32Array) {
    if (samples.length < length) throw soundError(`the sound is shorter than the ${frameSeconds} s of one frame`);
    const heard = Math.min(frames, 1 + Math.floor((samples.length - length) / hop));
    const data = new Float32Array(frames * count);
    const [frame, powers] = [new Float64Array(transform.length), new Float64Array(transform.length)];
    const [nothing, noPowers] = [new Float64Array(transform.length), new Float64Array(transform.length)];
    for (let row = 0; row < heard; row += 1) {
      prepared(samples.subarray(row * hop, row * hop + length), window, frame);
      transform.powers(frame, nothing, powers, noPowers);
      for (const [column, filter] of filters.entries())
        data[row * count + column] = Math.log(Math.max(leastPower, applied(filter, powers)));
    }
    if (isNormalised) for (let i = 0; i < data.length; i += 1) data[i] = (data[i]! - mean) / (deviation * 2);
    return { type: 'float32', data, dims: [1, frames, count] } as const;
  }

  return { rate, input: 'input_values', extract };
}

/** Without its mean, high frequencies raised, under the window; zeros behind it stay. */
function prepared(samples: Float32Array, window: Float64Array, into: Float64Array): void {
  let sum = 0;
  for (const sample of samples) sum += sample;
  const mean = sum / samples.length;
  for (let i = 0; i < samples.length; i += 1) {
    const before = samples[Math.max(0, i - 1)]! - mean;
    into[i] = (samples[i]! - mean - preemphasis * before) * window[i]!;
  }
}
