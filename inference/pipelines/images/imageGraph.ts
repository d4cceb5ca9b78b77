import { HubError } from '../../../config/errors.js';
import { decodeImage } from '../../images/decodeImage.js';
import { type PixelValues, pixelValues } from '../../images/imageProcessor.js';
import { processorSettings } from '../../images/processorSettings.js';
import type { Size } from '../../images/rgbImage.js';
import type { TextEncoding } from '../encoding.js';
import { floatTensor } from '../floatTensor.js';
import type { Model, Port, Tensor, TypedTensor } from '../model.js';

/** An image as it came, turned upright, and as the model takes it. */
export interface SeenImage extends Size {
  readonly pixels: PixelValues;
}

/** @throws HubError INFERENCE_INPUT_INVALID for files that are no image, INFERENCE_UNAVAILABLE for unknown processors */
export async function seenImage(model: Model, file: Uint8Array): Promise<SeenImage> {
  const settings = processorSettings(model.settings.preprocessor, model.config.modelType);
  const image = await decodeImage(file);
  return { height: image.height, width: image.width, pixels: pixelValues(image, settings) };
}

/** What a graph is run on: an image, and texts beside it where the task has them. */
export interface ImageFeeds {
  readonly pixels: PixelValues;
  readonly texts?: readonly TextEncoding[];
  /** Fills up the shorter of several texts. */
  readonly padId?: number;
  /** To so many tokens at least. */
  readonly textLength?: number;
  /** Whether what fills a text up counts as the text does. */
  readonly seesPadding?: boolean;
}

/**
 * Runs a graph on one image. Its inputs are filled by their names; outputs that are numbers come as float32.
 * @throws HubError INFERENCE_UNAVAILABLE when there is no such graph, or it asks for anything else
 */
export async function runOnImage(model: Model, feeds: ImageFeeds, task: string): Promise<ReadonlyMap<string, Tensor>> {
  const outputs = await outputsOnImage(model, feeds, task);
  return new Map(
    [...outputs].flatMap(([name, tensor]) => {
      const floats = floatTensor(tensor);
      return floats ? [[name, floats] as const] : [];
    }),
  );
}

/** The same as the graph gives them; `graphName` is `encoder_model` for those that write about the image. */
export async function outputsOnImage(
  model: Model,
  feeds: ImageFeeds,
  task: string,
  graphName = 'model',
): Promise<ReadonlyMap<string, TypedTensor>> {
  const graph = model.graph(graphName);
  if (!graph) throw unavailable(`${task} needs a graph named ${graphName}`);
  return graph.run(Object.fromEntries(graph.inputs.map((port) => [port.name, feedOf(port, feeds, task)])));
}

function feedOf(port: Port, feeds: ImageFeeds, task: string): TypedTensor {
  const { pixels, texts, padId, textLength = 0, seesPadding = false } = feeds;
  if (port.name === 'pixel_values') {
    if (port.type !== 'float32')
      throw unavailable(`its graph takes pixel_values as ${port.type}; float32 is given here`);
    return { type: 'float32', data: pixels.values, dims: [1, 3, pixels.height, pixels.width] };
  }
  if (port.name === 'pixel_mask') return pixelMask(port, pixels);
  const column = texts && Object.hasOwn(textColumns, port.name) ? textColumns[port.name] : undefined;
  if (texts && column) {
    const beyond = port.name === 'input_ids' ? (padId ?? 0) : 0;
    const longest = Math.max(textLength, ...texts.map(({ length }) => length));
    const isFull = seesPadding && port.name === 'attention_mask';
    return textTensor(port, texts, longest, (encoding, at) => (isFull ? 1 : (column(encoding, at) ?? beyond)));
  }
  throw unavailable(`its graph asks for the input "${port.name}", which ${task} does not have`);
}

/** 1 where there is image. Graphs that were exported with a mask of one size stretch it: they get it full. */
function pixelMask(port: Port, { height, width, filled }: PixelValues): TypedTensor {
  const [, fixedHeight = null, fixedWidth = null] = port.dims;
  const dims = [1, fixedHeight ?? height, fixedWidth ?? width] as const;
  const isFull = filled.height === height && filled.width === width;
  if (!isFull && (dims[1] !== height || dims[2] !== width))
    throw unavailable(`its graph takes a pixel_mask of ${dims[2]} × ${dims[1]} only, and the image was padded`);
  const mask = new Uint8Array(dims[1] * dims[2]).fill(isFull ? 1 : 0);
  if (!isFull) for (let y = 0; y < filled.height; y++) mask.fill(1, y * width, y * width + filled.width);
  return integers(port, mask, dims);
}

/** Values of a token; undefined behind the last. */
const textColumns: Readonly<Record<string, (encoding: TextEncoding, at: number) => number | undefined>> = {
  input_ids: ({ ids }, at) => ids[at],
  attention_mask: ({ length }, at) => (at < length ? 1 : 0),
  token_type_ids: (encoding, at) => encoding.typeIds()[at],
  position_ids: (_, at) => at,
};

function textTensor(
  port: Port,
  texts: readonly TextEncoding[],
  longest: number,
  columnAt: (encoding: TextEncoding, at: number) => number,
): TypedTensor {
  const values = texts.flatMap((encoding) => Array.from({ length: longest }, (_, at) => columnAt(encoding, at)));
  return integers(port, values, [texts.length, longest]);
}

function integers({ name, type }: Port, values: ArrayLike<number>, dims: readonly number[]): TypedTensor {
  if (type === 'int64') return { type, data: BigInt64Array.from(values, BigInt), dims };
  if (type === 'int32') return { type, data: Int32Array.from(values), dims };
  if (type === 'bool') return { type, data: Uint8Array.from(values), dims };
  if (type === 'float32') return { type, data: Float32Array.from(values), dims };
  throw unavailable(`its graph takes ${name} as ${type}`);
}

/** The output by its name. @throws HubError INFERENCE_UNAVAILABLE that says which there are */
export function outputNamed(outputs: ReadonlyMap<string, Tensor>, name: string, rank: number, task: string): Tensor {
  const found = outputs.get(name);
  if (found?.dims.length === rank) return found;
  const shapes = [...outputs].map(([each, { dims }]) => `${each} [${dims.join(', ')}]`).join(', ');
  throw unavailable(
    `${task} needs a graph with the output ${name} of ${rank} dimensions; this one gives ${shapes || 'no numbers'}`,
  );
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
