import { curveOf } from '../arrays.js';
import type { Tensors } from '../tensors.js';

/** Three layers with ReLU between them, upon the tokens of objects. */
export async function throughThree(tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const relu = curveOf('relu')!;
  const first = (await tensors.dense(`${name}.layers.0`, x)).map(relu);
  const second = (await tensors.dense(`${name}.layers.1`, first)).map(relu);
  return tensors.dense(`${name}.layers.2`, second);
}

/** Centre, width and height of a box for each object, as shares of the image. */
export async function boxesOf(tensors: Tensors, x: Float32Array): Promise<Float32Array> {
  return (await throughThree(tensors, 'bbox_predictor', x)).map(curveOf('sigmoid')!);
}
