import type { FilterName } from './resample.js';

/**
 * How a type of processor finds the size it resizes to:
 * - `exact`: height and width, whatever the proportions;
 * - `edge`: the shorter edge, or height and width;
 * - `edgeOfCrop`: below 384 pixels a shorter edge that is larger by `crop_pct`, and the middle of it; from there on a square;
 * - `edges`: the shorter edge unless the longer gets too long, or height and width, or the most of both;
 * - `edgesBy16`: the same in multiples of 16;
 * - `multiples`: height and width, on demand in the image's proportions and in multiples of `ensure_multiple_of`;
 * - `cocoEdges`: the shorter edge unless the longer gets longer than 1333/800 of it, in multiples of `size_divisor`.
 */
export type ResizeRule = 'exact' | 'edge' | 'edgeOfCrop' | 'edges' | 'edgesBy16' | 'multiples' | 'cocoEdges';

export interface ProcessorType {
  readonly resize: ResizeRule;
  readonly size: Readonly<Record<string, number>>;
  readonly resample: FilterName;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Edge of the middle that is cut out; absent = these processors never cut. */
  readonly crop?: number;
  /** Whether `pad_size` or `size_divisor` widens the image with zeros, at the end or all around; absent = never. */
  readonly pad?: 'end' | 'around';
}

const half = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const clip = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
const square = (edge: number) => ({ height: edge, width: edge });

/** The types of image processors by the names that preprocessor_config.json has, without ending, with their defaults. */
export const processorTypes = {
  ViT: { resize: 'exact', size: square(224), resample: 'bilinear', ...half },
  DeiT: { resize: 'exact', size: square(256), resample: 'bicubic', ...half, crop: 224 },
  Beit: { resize: 'exact', size: square(256), resample: 'bicubic', ...half, crop: 224 },
  CLIP: { resize: 'edge', size: { shortest_edge: 224 }, resample: 'bicubic', ...clip, crop: 224 },
  Bit: { resize: 'edge', size: { shortest_edge: 224 }, resample: 'bicubic', ...clip, crop: 224 },
  MobileNetV1: { resize: 'edge', size: { shortest_edge: 256 }, resample: 'bilinear', ...half, crop: 224 },
  MobileNetV2: { resize: 'edge', size: { shortest_edge: 256 }, resample: 'bilinear', ...half, crop: 224 },
  Siglip: { resize: 'exact', size: square(224), resample: 'bicubic', ...half },
  Blip: { resize: 'exact', size: square(384), resample: 'bicubic', ...clip },
  Pvt: { resize: 'exact', size: square(224), resample: 'bilinear', ...imagenet },
  ConvNext: { resize: 'edgeOfCrop', size: { shortest_edge: 384 }, resample: 'bilinear', ...half },
  Segformer: { resize: 'exact', size: square(512), resample: 'bilinear', ...imagenet },
  DPT: { resize: 'multiples', size: square(384), resample: 'bicubic', ...half, pad: 'around' },
  Detr: {
    resize: 'edges',
    size: { shortest_edge: 800, longest_edge: 1333 },
    resample: 'bilinear',
    ...imagenet,
    pad: 'end',
  },
  Yolos: {
    resize: 'edgesBy16',
    size: { shortest_edge: 800, longest_edge: 1333 },
    resample: 'bilinear',
    ...imagenet,
    pad: 'end',
  },
  Vilt: { resize: 'cocoEdges', size: { shortest_edge: 384 }, resample: 'bicubic', ...half },
} as const satisfies Readonly<Record<string, ProcessorType>>;

export type ProcessorTypeName = keyof typeof processorTypes;

/** The type of models whose preprocessor_config.json names none, by `model_type` of config.json. */
export const processorOfModel: Readonly<Record<string, ProcessorTypeName>> = {
  beit: 'Beit',
  bit: 'Bit',
  blip: 'Blip',
  clip: 'CLIP',
  convnext: 'ConvNext',
  convnextv2: 'ConvNext',
  cvt: 'ConvNext',
  'data2vec-vision': 'Beit',
  deit: 'DeiT',
  depth_anything: 'DPT',
  detr: 'Detr',
  dinov2: 'Bit',
  dinov2_with_registers: 'Bit',
  dpt: 'DPT',
  focalnet: 'Bit',
  hiera: 'Bit',
  mobilenet_v1: 'MobileNetV1',
  mobilenet_v2: 'MobileNetV2',
  pvt: 'Pvt',
  pvt_v2: 'Pvt',
  regnet: 'ConvNext',
  resnet: 'ConvNext',
  segformer: 'Segformer',
  siglip: 'Siglip',
  siglip_vision_model: 'Siglip',
  swiftformer: 'ViT',
  swin: 'ViT',
  swinv2: 'ViT',
  'table-transformer': 'Detr',
  upernet: 'Segformer',
  van: 'ConvNext',
  vilt: 'Vilt',
  vit: 'ViT',
  vit_mae: 'ViT',
  vit_msn: 'ViT',
  yolos: 'Yolos',
};
