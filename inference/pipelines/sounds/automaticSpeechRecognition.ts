import { HubError } from '../../../config/errors.js';
import { featureExtractorOf } from '../../audio/features/index.js';
import { readSound } from '../../audio/readSound.js';
import { media } from '../media.js';
import { definePipeline } from '../pipeline.js';
import { type SpeechTask, speechParameters } from './speechTask.js';
import { transcribeFrames } from './transcribeFrames.js';
import { transcribeTokens } from './transcribeTokens.js';

/** `{text}`, and with timestamps `chunks: [{text, timestamp: [start, end]}…]` in seconds. */
export const automaticSpeechRecognition = definePipeline({
  // A token for each frame needs vocab.json only; Whisper asks for its tokenizer itself.
  needsTokenizer: false,
  inputs: media,
  parameters: speechParameters,
  async answer(model, inputs, parameters, call) {
    const features = featureExtractorOf(model.settings);
    const samples = await readSound(inputs, features.rate, call.signal);
    const task: SpeechTask = { model, samples, parameters, call };
    if (model.graph('encoder_model')) return transcribeTokens(task, features);
    if (model.graph('model')) return transcribeFrames(task, features);
    throw new HubError('INFERENCE_UNAVAILABLE', { reason: 'it has no graph that hears speech' });
  },
});
