import type { GraphBuilder, Value } from '../graphBuilder.js';
import { type ConvolutionOptions, convolution, type Size } from './convolution.js';

/** The input `pixel_values`; without `size` images of any height and width are taken. */
export function pixelInput(g: GraphBuilder, channels: number, size?: Size): Value {
  const [height, width] = size ?? ['height', 'width'];
  return g.input('pixel_values', 'float', ['batch_size', channels, height, width]);
}

/** The input `pixel_mask` [batch, height, width]: 1 where there is image, 0 where it was padded. */
export function pixelMaskInput(g: GraphBuilder): Value {
  return g.input('pixel_mask', 'int64', ['batch_size', 'height', 'width']);
}

/** An image as tokens: one for each patch, row by row. [batch, patches, size] */
export function patchTokens(g: GraphBuilder, pixels: Value, name: string, options: ConvolutionOptions): Value {
  const stride = options.stride ?? options.kernel;
  return toTokens(g, convolution(g, pixels, name, { ...options, stride }), options.outputs);
}

/** [batch, channels, height, width] → [batch, height·width, channels] */
export function toTokens(g: GraphBuilder, map: Value, channels: number): Value {
  return g.transpose(g.reshape(map, [0, channels, -1]), [0, 2, 1]);
}

/** [batch, height·width, channels] → [batch, channels, height, width]; `grid` is a list of the two. */
export function toMap(g: GraphBuilder, tokens: Value, channels: number, grid: Value): Value {
  const shape = g.concat([g.integers([0, channels]), grid], 0);
  return g.op('Reshape', [g.transpose(tokens, [0, 2, 1]), shape]);
}

/** Height and width of a map [batch, channels, height, width], a list of two numbers. */
export function gridOf(g: GraphBuilder, map: Value): Value {
  return g.slice(g.shape(map), 0, 2, 4);
}

/** The same token or tokens [1, tokens, size] for each row of `like`: [batch, tokens, size]. */
export function forEachRow(g: GraphBuilder, tokens: Value, like: Value): Value {
  return g.op('Expand', [tokens, g.concat([g.dim(like, 0), g.integers([1, 1])], 0)]);
}

/** [batch, channels, height, width] → [batch, channels]: the mean over the image. */
export function meanOfMap(g: GraphBuilder, map: Value): Value {
  return g.mean(map, [2, 3], false);
}

/**
 * Another height and width for [batch, channels, height, width], as PyTorch's `interpolate` computes it; `grid` is a list
 * of the two. `corners` puts the outermost points of both grids upon each other (`align_corners`).
 */
export function resize(g: GraphBuilder, map: Value, grid: Value, mode: ResizeMode, corners = false): Value {
  const sizes = g.concat([g.slice(g.shape(map), 0, 0, 2), grid], 0);
  const isSmooth = mode === 'smoothCubic';
  return g.op('Resize', [map, '', '', sizes], {
    mode: isSmooth ? 'cubic' : mode,
    coordinate_transformation_mode: corners ? 'align_corners' : 'half_pixel',
    cubic_coeff_a: { float: isSmooth ? -0.5 : -0.75 },
    ...(isSmooth && { antialias: 1, exclude_outside: 1 }),
  });
}

/** `smoothCubic` is PyTorch's `bicubic` with `antialias`, which has another curve too. */
export type ResizeMode = 'linear' | 'cubic' | 'smoothCubic';

/** Another height and width for masks [batch, height, width], by the nearest point: PyTorch's `interpolate` of `nearest`. */
export function resizeMask(g: GraphBuilder, mask: Value, grid: Value): Value {
  const rows = nearest(g, g.dim(mask, 1), g.slice(grid, 0, 0, 1));
  const columns = nearest(g, g.dim(mask, 2), g.slice(grid, 0, 1, 2));
  return g.gather(g.gather(mask, rows, 1), columns, 2);
}

/** The same for [batch, channels, height, width]. */
export function resizeNearest(g: GraphBuilder, map: Value, grid: Value): Value {
  const rows = nearest(g, g.dim(map, 2), g.slice(grid, 0, 0, 1));
  const columns = nearest(g, g.dim(map, 3), g.slice(grid, 0, 1, 2));
  return g.gather(g.gather(map, rows, 2), columns, 3);
}

/** Which of `from` points each of `to` points takes. ONNX's Resize divides where PyTorch multiplies, and may take another. */
function nearest(g: GraphBuilder, from: Value, to: Value): Value {
  const step = g.div(g.cast(from, 'float'), g.cast(to, 'float'));
  const index = g.cast(g.op('Floor', [g.mul(g.cast(g.range(to), 'float'), step)]), 'int64');
  return g.op('Min', [index, g.sub(from, g.integers([1]))]);
}
