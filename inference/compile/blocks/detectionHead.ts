import type { GraphBuilder, Value } from '../graphBuilder.js';
import { linear } from './linear.js';

/** Three linear layers with ReLU between them, which DETR and YOLOS call an MLP prediction head. */
export function predictionHead(g: GraphBuilder, x: Value, name: string, size: number, outputs: number): Value {
  const layer = (index: number, value: Value, to: number) =>
    linear(g, value, `${name}.layers.${index}`, { inputs: size, outputs: to, bias: true });
  const first = g.op('Relu', [layer(0, x, size)]);
  return layer(2, g.op('Relu', [layer(1, first, size)]), outputs);
}

/** Centre, width and height of a box for each of the tokens, as shares of the image. */
export function boxes(g: GraphBuilder, x: Value, size: number): Value {
  return g.op('Sigmoid', [predictionHead(g, x, 'bbox_predictor', size, 4)]);
}
