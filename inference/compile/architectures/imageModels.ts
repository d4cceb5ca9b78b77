import { clip, clipText, clipVision } from './clip.js';
import { convnext, convnextV2 } from './convnext.js';
import { depthAnything } from './depthAnything.js';
import { detr } from './detr.js';
import { dinov2 } from './dinov2.js';
import { dpt } from './dpt.js';
import { resnet } from './resnet.js';
import { segformer } from './segformer.js';
import { swin } from './swin.js';
import { vilt } from './vilt.js';
import { visionEncoderDecoder } from './visionEncoderDecoder/index.js';
import { deit, vit } from './vit.js';
import { yolos } from './yolos.js';

/** Models that read images, or images and texts. */
export const imageModels = [
  clip,
  clipText,
  clipVision,
  convnext,
  convnextV2,
  deit,
  depthAnything,
  detr,
  dinov2,
  dpt,
  resnet,
  segformer,
  swin,
  vilt,
  visionEncoderDecoder,
  vit,
  yolos,
];
