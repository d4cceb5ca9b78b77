import { z } from 'zod';
import { greyPng } from '../../images/encodePng.js';
import { cubicRows } from '../../images/interpolate.js';
import { mediaList } from '../media.js';
import type { Tensor } from '../model.js';
import type { NumberTable } from '../numberTable.js';
import { definePipeline } from '../pipeline.js';
import { forEachInput, invalidInput } from '../request.js';
import { outputNamed, runOnImage, type SeenImage, seenImage } from './imageGraph.js';

const task = 'depth-estimation';
/** Larger images would make answers of more than 20 MB; of those only the picture is given. */
const maxNumbers = 1_048_576;
const maxPixels = 16_777_216;

/**
 * `{predicted_depth, depth}`: the depths [height, width] of the image's own pixels, null for images of more than
 * 1,048,576, and the same as a picture, a grey PNG in base64, the nearest or farthest white as the model has it.
 */
export const depthEstimation = definePipeline({
  needsTokenizer: false,
  inputs: mediaList,
  parameters: z.object({}),
  async answer(model, inputs) {
    return forEachInput(inputs, async (file) => {
      const image = await seenImage(model, file);
      if (image.height * image.width > maxPixels) {
        throw invalidInput(
          `the image has ${image.width} × ${image.height} pixels; depths are told of at most ${maxPixels}`,
        );
      }
      const outputs = await runOnImage(model, { pixels: image.pixels }, task);
      return answerOf(outputNamed(outputs, 'predicted_depth', 3, task), image);
    });
  },
});

interface Depths {
  readonly predicted_depth: NumberTable | null;
  readonly depth: string;
}

function answerOf({ data, dims }: Tensor, { height, width }: SeenImage): Depths {
  const depths = new Float32Array(height * width);
  let at = 0;
  for (const row of cubicRows({ channels: 1, height: dims[1]!, width: dims[2]!, data }, { height, width })) {
    depths.set(row, at);
    at += width;
  }
  const isSmall = depths.length <= maxNumbers;
  return {
    predicted_depth: isSmall ? { numbers: depths, dims: [height, width] } : null,
    depth: greyPng({ height, width }, greys(depths)),
  };
}

/** From the least, black, to the greatest, white. */
function greys(depths: Float32Array): Uint8Array {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const depth of depths) {
    if (depth < least) least = depth;
    if (depth > greatest) greatest = depth;
  }
  const range = Math.fround(greatest - least);
  return Uint8Array.from(depths, (depth) =>
    range > 0 ? Math.fround(Math.fround(Math.fround(depth - least) / range) * 255) : 0,
  );
}
