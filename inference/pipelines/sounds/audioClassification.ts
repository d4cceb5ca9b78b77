import { z } from 'zod';
import { featureExtractorOf } from '../../audio/features/index.js';
import { readSound } from '../../audio/readSound.js';
import { bestLabels, scoreFunction } from '../labelScores.js';
import { media } from '../media.js';
import { definePipeline } from '../pipeline.js';
import { topK } from '../request.js';
import { soundLogits } from './soundGraph.js';

/** The labels of a sound with their scores, best first; `top_k` of them, else all. */
export const audioClassification = definePipeline({
  needsTokenizer: false,
  inputs: media,
  parameters: z.object({ top_k: topK.nullish(), function_to_apply: scoreFunction }),
  async answer(model, inputs, { top_k, function_to_apply }, call) {
    const features = featureExtractorOf(model.settings);
    const samples = await readSound(inputs, features.rate, call.signal);
    const { data } = await soundLogits(model, features, samples, 2);
    return bestLabels(model.config, data, function_to_apply ?? 'softmax', top_k ?? data.length);
  },
});
