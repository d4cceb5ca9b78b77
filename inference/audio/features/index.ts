import { HubError } from '../../../config/errors.js';
import type { ModelSettings } from '../../pipelines/model.js';
import type { FeatureExtractor } from './extractor.js';
import { filterBankFeatures } from './filterBank.js';
import { logMelFeatures } from './logMel.js';
import { Preprocessor } from './preprocessor.js';
import { waveformFeatures } from './waveform.js';

type Maker = (preprocessor: Preprocessor) => FeatureExtractor;

/** By the class that preprocessor_config.json names. A new one is a file beside this one and a row here. */
const byClass: Readonly<Record<string, Maker>> = {
  Wav2Vec2FeatureExtractor: waveformFeatures,
  WhisperFeatureExtractor: logMelFeatures,
  ASTFeatureExtractor: filterBankFeatures,
};

/** The class of a model type, for files that name none. */
const byModelType: Readonly<Record<string, Maker>> = {
  wav2vec2: waveformFeatures,
  hubert: waveformFeatures,
  whisper: logMelFeatures,
  'audio-spectrogram-transformer': filterBankFeatures,
};

/** What makes features of sounds for a model. @throws HubError INFERENCE_UNAVAILABLE for a class that is not known here */
export function featureExtractorOf({ preprocessor: json, config }: ModelSettings): FeatureExtractor {
  const preprocessor = new Preprocessor(json);
  const { kind } = preprocessor;
  const type = String(config.model_type);
  const maker =
    kind === null
      ? Object.hasOwn(byModelType, type) && byModelType[type]
      : Object.hasOwn(byClass, kind) && byClass[kind];
  if (maker) return maker(preprocessor);
  const named = kind === null ? 'names no feature_extractor_type' : `names "${kind.slice(0, 100)}"`;
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `preprocessor_config.json ${named}; read here are ${Object.keys(byClass).join(', ')}`,
  });
}
