import { z } from 'zod';
import { HubError } from '../../../config/errors.js';
import { greyPng } from '../../images/encodePng.js';
import { linearRows, type Maps } from '../../images/interpolate.js';
import type { Size } from '../../images/rgbImage.js';
import { labelOf } from '../labelScores.js';
import { mediaList } from '../media.js';
import type { Model, ModelConfig, Tensor } from '../model.js';
import { argMax, softmax } from '../numbers.js';
import { definePipeline, type PipelineCall } from '../pipeline.js';
import { forEachInput, invalidInput } from '../request.js';
import { outputNamed, runOnImage, type SeenImage, seenImage } from './imageGraph.js';
import { objectLogits } from './objectDetection.js';

const task = 'image-segmentation';
/** Each pixel is weighed for each class: so many of both together take some ten seconds. */
const maxWork = 2_000_000_000;
const part = z.number().min(0).max(1).nullish();

type Subtask = 'semantic' | 'instance' | 'panoptic';

interface Segment {
  readonly score: number | null;
  readonly label: string;
  /** A PNG in base64: 255 where the segment is. */
  readonly mask: string;
}

/**
 * `[{score, label, mask}…]`: the segments of the image, each with a PNG of the image's size in base64 (255 inside, 0 outside).
 * Semantic models give one for each class that is there, without score; DETR one for each object or surface.
 */
export const imageSegmentation = definePipeline({
  needsTokenizer: false,
  inputs: mediaList,
  parameters: z.object({
    subtask: z.enum(['semantic', 'instance', 'panoptic']).nullish(),
    threshold: part,
    mask_threshold: part,
    overlap_mask_area_threshold: part,
  }),
  async answer(model, inputs, { subtask, threshold, mask_threshold, overlap_mask_area_threshold }, { signal }) {
    const limits = {
      score: threshold ?? 0.9,
      mask: mask_threshold ?? 0.5,
      overlap: overlap_mask_area_threshold ?? 0.5,
    };
    return forEachInput(inputs, async (file) => {
      const image = await seenImage(model, file);
      const outputs = await runOnImage(model, { pixels: image.pixels }, task);
      return segments(model, outputs, { image, subtask: subtask ?? null, limits, signal });
    });
  },
});

interface Wanted {
  readonly image: SeenImage;
  readonly subtask: Subtask | null;
  /** Least score of an object, of a pixel within it, and least share of its pixels that no other object takes. */
  readonly limits: { readonly score: number; readonly mask: number; readonly overlap: number };
  readonly signal: PipelineCall['signal'];
}

function segments(model: Model, outputs: ReadonlyMap<string, Tensor>, wanted: Wanted): readonly Segment[] {
  if (!outputs.has('pred_masks')) {
    if (wanted.subtask && wanted.subtask !== 'semantic')
      throw invalidInput(`parameters.subtask: this model is for semantic segmentation only`);
    const { data, dims } = outputNamed(outputs, 'logits', 4, task);
    const maps = { channels: dims[1]!, height: dims[2]!, width: dims[3]!, data };
    return classSegments(model.config, maps, wanted);
  }
  if (wanted.subtask === 'semantic') return classSegments(model.config, classMaps(model.config, outputs), wanted);
  return objectSegments(model.config, outputs, wanted);
}

/** One segment for each class that is the likeliest of any pixel. */
function classSegments(config: ModelConfig, maps: Maps, { image, signal }: Wanted): readonly Segment[] {
  const classes = likeliest(maps, image, signal);
  const present = [...new Set(classes)].sort((a, b) => a - b);
  return present.map((index) => ({
    score: null,
    label: labelOf(config, index),
    mask: maskOf(classes, index, image, signal),
  }));
}

/** The channel with the largest value at each pixel of the image. */
function likeliest(maps: Maps, { height, width }: Size, signal: AbortSignal): Uint16Array {
  checkWork(maps.channels, { height, width });
  const result = new Uint16Array(height * width);
  let at = 0;
  for (const row of linearRows(maps, { height, width })) {
    checkCaller(signal);
    const best = row.slice(0, width);
    for (let channel = 1; channel < maps.channels; channel++) {
      for (let x = 0; x < width; x++) {
        const value = row[channel * width + x]!;
        if (value <= best[x]!) continue;
        best[x] = value;
        result[at + x] = channel;
      }
    }
    at += width;
  }
  return result;
}

/** The masks of DETR's queries added up by what the queries may be: [labels, height, width]. */
function classMaps(config: ModelConfig, outputs: ReadonlyMap<string, Tensor>): Maps {
  const { data: logits, dims } = objectLogits(config, outputs, task);
  const masks = outputNamed(outputs, 'pred_masks', 4, task);
  const [, queries = 0, height = 0, width = 0] = masks.dims;
  const classes = dims[2]! - 1;
  const data = new Float32Array(classes * height * width);
  for (let query = 0; query < queries; query++) {
    const chances = softmax(logits.subarray(query * (classes + 1), (query + 1) * (classes + 1)));
    const mask = chancesOf(masks.data.subarray(query * height * width, (query + 1) * height * width));
    for (let label = 0; label < classes; label++)
      for (let i = 0; i < mask.length; i++) data[label * mask.length + i]! += chances[label]! * mask[i]!;
  }
  return { channels: classes, height, width, data };
}

/** One segment for each query of DETR that is sure enough and keeps enough of its pixels against the others. */
function objectSegments(config: ModelConfig, outputs: ReadonlyMap<string, Tensor>, wanted: Wanted): readonly Segment[] {
  const { image, limits, signal } = wanted;
  const { kept, maps } = sureQueries(config, outputs, limits.score);
  if (kept.length === 0) return [];
  checkWork(kept.length, image);
  const { owners, areas } = owned(maps, image, { least: limits.mask, signal });
  const left = new Float64Array(kept.length);
  for (const owner of owners) left[owner]! += 1;
  return kept.flatMap(({ label, score }, index) => {
    const isThere = left[index]! > 0 && areas[index]! > 0 && left[index]! / areas[index]! > limits.overlap;
    if (!isThere) return [];
    const mask = maskOf(owners, index, image, signal);
    return [{ score: Number(score.toFixed(6)), label: labelOf(config, label), mask }];
  });
}

interface SureQuery {
  readonly label: number;
  readonly score: number;
}

/** The queries that see an object with more than `least`, and their masks: chances weighed by the score. */
function sureQueries(
  config: ModelConfig,
  outputs: ReadonlyMap<string, Tensor>,
  least: number,
): { readonly kept: readonly SureQuery[]; readonly maps: Maps } {
  const { data: logits, dims } = objectLogits(config, outputs, task);
  const masks = outputNamed(outputs, 'pred_masks', 4, task);
  const [, queries = 0, height = 0, width = 0] = masks.dims;
  const classes = dims[2]!;
  const kept: SureQuery[] = [];
  const data: Float32Array[] = [];
  for (let query = 0; query < queries; query++) {
    const chances = softmax(logits.subarray(query * classes, (query + 1) * classes));
    const label = argMax(chances);
    const score = Math.fround(chances[label]!);
    if (label === classes - 1 || !(score > least)) continue;
    kept.push({ label, score });
    const mask = chancesOf(masks.data.subarray(query * height * width, (query + 1) * height * width));
    data.push(mask.map((chance) => chance * score));
  }
  const all = new Float32Array(kept.length * height * width);
  for (const [index, mask] of data.entries()) all.set(mask, index * height * width);
  return { kept, maps: { channels: kept.length, height, width, data: all } };
}

/** Whose each pixel of the image is, and how many pixels each would take if it were alone. */
function owned(
  maps: Maps,
  { height, width }: Size,
  { least, signal }: { readonly least: number; readonly signal: AbortSignal },
): { readonly owners: Uint16Array; readonly areas: Float64Array } {
  const owners = new Uint16Array(height * width);
  const areas = new Float64Array(maps.channels);
  let at = 0;
  for (const row of linearRows(maps, { height, width })) {
    checkCaller(signal);
    for (let x = 0; x < width; x++) {
      let best = Number.NEGATIVE_INFINITY;
      for (let channel = 0; channel < maps.channels; channel++) {
        const value = row[channel * width + x]!;
        if (value >= least) areas[channel]! += 1;
        if (value <= best) continue;
        best = value;
        owners[at + x] = channel;
      }
    }
    at += width;
  }
  return { owners, areas };
}

function chancesOf(logits: Float32Array): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}

function maskOf(places: Uint16Array, index: number, size: Size, signal: AbortSignal): string {
  checkCaller(signal);
  const grey = new Uint8Array(places.length);
  for (let i = 0; i < places.length; i++) if (places[i] === index) grey[i] = 255;
  return greyPng(size, grey);
}

function checkWork(channels: number, { height, width }: Size): void {
  if (channels * height * width <= maxWork) return;
  throw invalidInput(
    `the image has ${width} × ${height} pixels, each to be weighed for ${channels} classes; at most ${Math.floor(maxWork / channels)} pixels are for this model`,
  );
}

function checkCaller(signal: AbortSignal): void {
  if (signal.aborted) throw new HubError('CALL_CANCELLED');
}
