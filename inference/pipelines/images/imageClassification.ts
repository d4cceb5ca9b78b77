import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { bestLabels, type ScoreFunction, scoreFunction } from '../labelScores.js';
import { mediaList } from '../media.js';
import type { ModelConfig, Tensor } from '../model.js';
import { definePipeline } from '../pipeline.js';
import { forEachInput, topK } from '../request.js';
import { outputNamed, runOnImage, seenImage } from './imageGraph.js';

const usualCount = 5;

/** `[{label, score}…]`, the best first, five unless `top_k` says otherwise. */
export const imageClassification = definePipeline({
  needsTokenizer: false,
  inputs: mediaList,
  parameters: z.object({
    function_to_apply: scoreFunction,
    top_k: topK.nullish(),
  }),
  async answer(model, inputs, { function_to_apply, top_k }) {
    return forEachInput(inputs, async (file) => {
      const { pixels } = await seenImage(model, file);
      const outputs = await runOnImage(model, { pixels }, 'image-classification');
      const logits = classLogits(model.config, outputs);
      return bestLabels(
        model.config,
        logits,
        function_to_apply ?? usualFunction(model.config, logits.length),
        top_k ?? usualCount,
      );
    });
  },
});

function classLogits({ labels }: ModelConfig, outputs: ReadonlyMap<string, Tensor>): Float32Array {
  const { data, dims } = outputNamed(outputs, 'logits', 2, 'image-classification');
  if (!labels || labels.length === dims[1]) return data;
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `image-classification needs a score for each of the ${labels.length} labels of config.json; its graph gives ${dims[1]}`,
  });
}

function usualFunction({ problemType }: ModelConfig, labelCount: number): ScoreFunction {
  return problemType === 'multi_label_classification' || labelCount === 1 ? 'sigmoid' : 'softmax';
}
