import { add } from '../arrays.js';
import { type ChannelMap, convolution, toMap, toTokens } from '../maps.js';
import { resized, type StretchedBy } from '../resizing.js';
import type { Tensors } from '../tensors.js';
import { joined } from './visionTransformer.js';

/**
 * The patches of images with the first token before them, [batch, 1 + patches, size]; their places, learnt for a square, are
 * stretched to the images as `points` says.
 */
export async function placedPatches(
  tensors: Tensors,
  pixels: ChannelMap,
  stride: number,
  points: StretchedBy,
): Promise<Float32Array> {
  const map = await convolution(tensors, 'embeddings.patch_embeddings.projection', pixels, { stride });
  const first = await tensors.read('embeddings.cls_token');
  const learnt = await tensors.read('embeddings.position_embeddings');
  const size = first.length;
  const side = Math.sqrt(learnt.length / size - 1);
  const scaled = resized(toMap(learnt.subarray(size), 1, side, side), map.height, map.width, { points });
  const places = joined([learnt.subarray(0, size), toTokens(scaled)]);
  const patches = toTokens(map);
  const perRow = patches.length / map.batch;
  const row = (at: number) => patches.subarray(at * perRow, (at + 1) * perRow);
  return joined(Array.from({ length: map.batch }, (_, at) => add(joined([first, row(at)]), places)));
}
