import { HubError } from '../../config/errors.js';
import { isJsonObject } from '../../config/jsonObject.js';
import {
  type ProcessorType,
  type ProcessorTypeName,
  processorOfModel,
  processorTypes,
  type ResizeRule,
} from './processorTypes.js';
import { type FilterName, filterNumbers } from './resample.js';
import type { Size } from './rgbImage.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** What is done to an image, in this order; null = the step is left out. */
export interface ProcessorSettings {
  readonly resize: {
    readonly rule: ResizeRule;
    readonly size: Readonly<Record<string, number>>;
    readonly filter: FilterName;
    /** For `edgeOfCrop`: the share of the edge that is left. */
    readonly cropShare: number;
    /** Edges become multiples of it. */
    readonly multiple: number;
    readonly keepsAspect: boolean;
  } | null;
  readonly crop: Size | null;
  /** Values are multiplied with it. */
  readonly scale: number | null;
  /** The mean of each colour is taken away, and the rest divided by its deviation. */
  readonly normalise: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
  /** Zeros are added: at the end up to a size, or all around up to the next multiple. */
  readonly pad: { readonly to: Size } | { readonly multiple: number } | null;
}

/** Settings that are read here. */
const readKeys = new Set(
  `do_resize size resample crop_pct size_divisor ensure_multiple_of keep_aspect_ratio max_size use_square_size do_center_crop
  crop_size do_rescale rescale_factor do_normalize image_mean image_std do_pad pad_and_return_pixel_mask pad_size`.split(
    /\s+/,
  ),
);
/** Settings that change no number of a single RGB image: names, of training, of batches, and of conversions done before. */
const idleKeys = new Set(
  `image_processor_type feature_extractor_type processor_class auto_map _valid_processor_keys do_convert_rgb data_format
  input_data_format return_tensors device disable_grouping default_to_square reduce_labels do_reduce_labels format
  do_convert_annotations num_labels ignore_index transformers_version name_or_path _name_or_path`.split(/\s+/),
);

/** Largest edge that a repository may ask for; a graph takes at most as many numbers as 4096 × 4096 pixels make. */
const maxEdge = 16_384;

/**
 * What preprocessor_config.json asks for, older spellings included; what it leaves out is as the type has it.
 * @throws HubError INFERENCE_UNAVAILABLE that names the key: for other types, values out of place, and keys nobody here knows
 */
export function processorSettings(file: JsonObject, modelType: string): ProcessorSettings {
  const name = typeNameOf(file, modelType);
  const type: ProcessorType = processorTypes[name];
  for (const [key, value] of Object.entries(file)) {
    const isOff = value === null || value === false;
    if (!readKeys.has(key) && !idleKeys.has(key) && !isOff) throw refusal(key, `is not known here for ${name} images`);
  }
  return {
    resize: flag(file, 'do_resize', true) ? resizeOf(file, type) : null,
    crop: type.crop !== undefined && flag(file, 'do_center_crop', true) ? cropOf(file, type.crop) : null,
    scale: flag(file, 'do_rescale', true) ? number(file, 'rescale_factor', 1 / 255) : null,
    normalise: flag(file, 'do_normalize', true)
      ? { mean: colours(file, 'image_mean', type.mean), std: colours(file, 'image_std', type.std) }
      : null,
    pad: padOf(file, type),
  };
}

function typeNameOf(file: JsonObject, modelType: string): ProcessorTypeName {
  if (Object.keys(file).length === 0) {
    throw unavailable('it has no preprocessor_config.json, which says how an image becomes numbers');
  }
  const key = file.image_processor_type === undefined ? 'feature_extractor_type' : 'image_processor_type';
  const written = file[key];
  if (written === undefined) {
    const known = Object.hasOwn(processorOfModel, modelType) ? processorOfModel[modelType] : undefined;
    if (known) return known;
    throw refusal('image_processor_type', 'is missing');
  }
  const name = String(written).replace(/(ImageProcessor(Fast)?|FeatureExtractor)$/, '');
  if (Object.hasOwn(processorTypes, name)) return name as ProcessorTypeName;
  throw refusal(key, `names ${JSON.stringify(written)}; known are ${Object.keys(processorTypes).join(', ')}`);
}

function resizeOf(file: JsonObject, type: ProcessorType): ProcessorSettings['resize'] {
  return {
    rule: type.resize,
    size: checkedSize(sizeOf(file, type), type.resize),
    filter: filterOf(file, type),
    cropShare: number(file, 'crop_pct', 224 / 256),
    multiple: type.resize === 'cocoEdges' ? edge(file, 'size_divisor', 32) : edge(file, 'ensure_multiple_of', 1),
    keepsAspect: flag(file, 'keep_aspect_ratio', false),
  };
}

/** A number alone is an edge of a square, or the shorter one where proportions are kept. */
function sizeOf(file: JsonObject, { resize, size }: ProcessorType): Readonly<Record<string, number>> {
  const isSquare = resize === 'exact' || resize === 'multiples';
  const given = file.size ?? null;
  if (given === null) return size;
  const read = sizeIn(file, 'size', isSquare);
  if (resize === 'edge' && file.use_square_size === true && read.shortest_edge) return square(read.shortest_edge);
  const isBounded = resize === 'edges' || resize === 'edgesBy16';
  if (!isBounded || typeof given !== 'number') return read;
  return { ...read, longest_edge: edge(file, 'max_size', 1333) };
}

function sizeIn(file: JsonObject, key: string, isSquare: boolean): Readonly<Record<string, number>> {
  const value = file[key];
  if (typeof value === 'number') {
    const length = checkedEdge(key, value);
    return isSquare ? square(length) : { shortest_edge: length };
  }
  if (Array.isArray(value) && value.length === 2) {
    return { height: checkedEdge(key, value[0]), width: checkedEdge(key, value[1]) };
  }
  if (!isJsonObject(value)) throw refusal(key, 'takes a number, [height, width], or an object of edges');
  return Object.fromEntries(
    Object.entries(value).map(([name, length]) => [name, checkedEdge(`${key}.${name}`, length)]),
  );
}

/** The keys of a size that each rule can follow. */
const sizeKeys: Readonly<Record<ResizeRule, readonly string[]>> = {
  exact: ['height,width'],
  multiples: ['height,width'],
  edge: ['shortest_edge', 'height,width'],
  edgeOfCrop: ['shortest_edge'],
  cocoEdges: ['shortest_edge'],
  edges: ['longest_edge,shortest_edge', 'height,width', 'max_height,max_width'],
  edgesBy16: ['longest_edge,shortest_edge', 'height,width', 'max_height,max_width'],
};

function checkedSize(size: Readonly<Record<string, number>>, rule: ResizeRule): Readonly<Record<string, number>> {
  const keys = Object.keys(size).sort().join();
  if (sizeKeys[rule].includes(keys)) return size;
  throw refusal('size', `has ${keys || 'nothing'}; it takes ${sizeKeys[rule].join(' or ')}`);
}

function filterOf({ resample }: JsonObject, type: ProcessorType): FilterName {
  if (resample === undefined || resample === null) return type.resample;
  const found = Object.entries(filterNumbers).find(([, code]) => code === resample);
  if (found) return found[0] as FilterName;
  throw refusal('resample', `is ${JSON.stringify(resample)}; Pillow's filters are 0 to 5`);
}

function cropOf(file: JsonObject, usual: number): Size {
  if (file.crop_size === undefined || file.crop_size === null) return square(usual);
  const { height, width } = sizeIn(file, 'crop_size', true);
  if (height && width) return { height, width };
  throw refusal('crop_size', 'needs height and width');
}

function padOf(file: JsonObject, { pad }: ProcessorType): ProcessorSettings['pad'] {
  if (pad === 'around') return flag(file, 'do_pad', false) ? { multiple: edge(file, 'size_divisor', null) } : null;
  if (pad !== 'end' || !flag(file, 'do_pad', flag(file, 'pad_and_return_pixel_mask', true))) return null;
  if (file.pad_size === undefined || file.pad_size === null) return null;
  const { height, width } = sizeIn(file, 'pad_size', true);
  if (height && width) return { to: { height, width } };
  throw refusal('pad_size', 'needs height and width');
}

function colours(file: JsonObject, key: string, usual: readonly number[]): readonly number[] {
  const value = file[key] ?? usual;
  const list: unknown = typeof value === 'number' ? [value, value, value] : value;
  const isGood = Array.isArray(list) && list.length === 3 && list.every((item) => Number.isFinite(item));
  if (!isGood) throw refusal(key, 'takes a number, or three: for red, green and blue');
  if (key === 'image_std' && list.includes(0)) throw refusal(key, 'has a zero: images are divided by it');
  return list as number[];
}

function flag(file: JsonObject, key: string, usual: boolean): boolean {
  const value = file[key] ?? usual;
  if (typeof value === 'boolean') return value;
  throw refusal(key, 'takes true or false');
}

function number(file: JsonObject, key: string, usual: number): number {
  const value = file[key] ?? usual;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw refusal(key, 'takes a number above 0');
}

function edge(file: JsonObject, key: string, usual: number | null): number {
  return checkedEdge(key, file[key] ?? usual);
}

function checkedEdge(key: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= maxEdge) return Number(value);
  throw refusal(key, `is ${JSON.stringify(value)}; it takes a whole number of pixels from 1 to ${maxEdge}`);
}

function square(length: number): Size & Readonly<Record<string, number>> {
  return { height: length, width: length };
}

function refusal(key: string, problem: string): HubError {
  return unavailable(`preprocessor_config.json: "${key}" ${problem}`);
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
