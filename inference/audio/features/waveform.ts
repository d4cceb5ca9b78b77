import type { FeatureExtractor } from './extractor.js';
import type { Preprocessor } from './preprocessor.js';

/** The samples themselves, shifted and scaled to mean 0 and variance 1 unless the model does without: wav2vec 2.0 and its kin. */
export function waveformFeatures(preprocessor: Preprocessor): FeatureExtractor {
  const isNormalised = preprocessor.flag('do_normalize', true);
  return {
    rate: preprocessor.rate,
    input: 'input_values',
    extract: (samples) => ({
      type: 'float32',
      data: isNormalised ? normalised(samples) : samples,
      dims: [1, samples.length],
    }),
  };
}

/** Added to the variance: silence stays silence. */
const epsilon = 1e-7;

function normalised(samples: Float32Array): Float32Array {
  let sum = 0;
  for (const sample of samples) sum += sample;
  const mean = sum / samples.length;
  let squares = 0;
  for (const sample of samples) squares += (sample - mean) ** 2;
  const deviation = Math.sqrt(squares / samples.length + epsilon);
  return samples.map((sample) => (sample - mean) / deviation);
}
