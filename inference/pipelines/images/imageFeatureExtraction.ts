import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { mediaList } from '../media.js';
import type { Tensor } from '../model.js';
import type { NumberTable } from '../numberTable.js';
import { definePipeline } from '../pipeline.js';
import { forEachInput } from '../request.js';
import { runOnImage, seenImage } from './imageGraph.js';

const task = 'image-feature-extraction';

/** Numbers for an image, nested as the graph gives them: `[[[…]…]]`, batch, tokens, size; with `pool` one vector, `[[…]]`. */
export const imageFeatureExtraction = definePipeline({
  needsTokenizer: false,
  inputs: mediaList,
  parameters: z.object({ pool: z.boolean().nullish() }),
  async answer(model, inputs, { pool }) {
    return forEachInput<Uint8Array, NumberTable>(inputs, async (file) => {
      const { pixels } = await seenImage(model, file);
      const outputs = await runOnImage(model, { pixels }, task);
      const { data, dims } = pool ? pooled(outputs) : features(outputs);
      return { numbers: data, dims };
    });
  },
});

function features(outputs: ReadonlyMap<string, Tensor>): Tensor {
  const found = outputs.get('last_hidden_state') ?? outputs.get('image_embeds') ?? [...outputs.values()][0];
  if (found) return found;
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `${task} needs a graph that gives numbers; this one gives none`,
  });
}

function pooled(outputs: ReadonlyMap<string, Tensor>): Tensor {
  const found = outputs.get('pooler_output');
  if (found) return found;
  throw new HubError('INFERENCE_INPUT_INVALID', {
    reason: 'parameters.pool: this model has no pooler; leave it out for the vectors of the patches',
  });
}
