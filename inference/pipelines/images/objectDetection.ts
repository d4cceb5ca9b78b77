import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { labelOf } from '../labelScores.js';
import { mediaList } from '../media.js';
import type { ModelConfig, Tensor } from '../model.js';
import { argMax, softmax } from '../numbers.js';
import { definePipeline } from '../pipeline.js';
import { forEachInput } from '../request.js';
import { outputNamed, runOnImage, type SeenImage, seenImage } from './imageGraph.js';

const task = 'object-detection';

/** `[{score, label, box: {xmin, ymin, xmax, ymax}}…]` in pixels of the image, for models in the manner of DETR. */
export const objectDetection = definePipeline({
  needsTokenizer: false,
  inputs: mediaList,
  parameters: z.object({ threshold: z.number().min(0).max(1).nullish() }),
  async answer(model, inputs, { threshold }) {
    return forEachInput(inputs, async (file) => {
      const image = await seenImage(model, file);
      const outputs = await runOnImage(model, { pixels: image.pixels }, task);
      return detections(model.config, outputs, image, threshold ?? 0.5);
    });
  },
});

interface Detection {
  readonly score: number;
  readonly label: string;
  readonly box: Box;
}

interface Box {
  readonly xmin: number;
  readonly ymin: number;
  readonly xmax: number;
  readonly ymax: number;
}

function detections(
  config: ModelConfig,
  outputs: ReadonlyMap<string, Tensor>,
  image: SeenImage,
  threshold: number,
): readonly Detection[] {
  const logits = objectLogits(config, outputs, task);
  const boxes = outputNamed(outputs, 'pred_boxes', 3, task).data;
  const [, queries = 0, classes = 0] = logits.dims;
  const found: Detection[] = [];
  for (let query = 0; query < queries; query++) {
    const scores = softmax(logits.data.subarray(query * classes, (query + 1) * classes));
    const best = argMax(scores.subarray(0, -1));
    const score = scores[best]!;
    if (!(score > threshold)) continue;
    found.push({ score, label: labelOf(config, best), box: boxOf(boxes.subarray(query * 4, query * 4 + 4), image) });
  }
  return found;
}

/**
 * A score for each label and, last, for "no object", of each query: [1, queries, labels + 1].
 * @throws HubError INFERENCE_UNAVAILABLE for other detectors, whose scores are read otherwise
 */
export function objectLogits(config: ModelConfig, outputs: ReadonlyMap<string, Tensor>, task: string): Tensor {
  const logits = outputNamed(outputs, 'logits', 3, task);
  const classes = logits.dims[2]!;
  if (!config.labels || classes === config.labels.length + 1) return logits;
  throw new HubError('INFERENCE_UNAVAILABLE', {
    reason: `${task} needs a score for each of the ${config.labels.length} labels of config.json and one for no object; its graph gives ${classes}`,
  });
}

/** From the centre and the size, as parts of the image. Rounded to float32 at each step, then cut, as PyTorch does. */
function boxOf([x = 0, y = 0, w = 0, h = 0]: Float32Array, { width, height }: SeenImage): Box {
  const edge = (centre: number, half: number, length: number): number =>
    Math.trunc(Math.fround(Math.fround(centre + half) * length));
  const halfWidth = Math.fround(0.5 * w);
  const halfHeight = Math.fround(0.5 * h);
  return {
    xmin: edge(x, -halfWidth, width),
    ymin: edge(y, -halfHeight, height),
    xmax: edge(x, halfWidth, width),
    ymax: edge(y, halfHeight, height),
  };
}
