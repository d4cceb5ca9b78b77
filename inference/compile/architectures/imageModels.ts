import { clip, clipText, clipVision } from './clip.js';
import { convnext, convnextV2 } from './convnext.js';
import { depthAnything } from './depthAnything.js';
import { detr } from './detr.js';
import { dinov2, dinov2WithRegisters } from './dinov2.js';
import { dpt } from './dpt.js';
import { resnet } from './resnet.js';
import { segformer } from './segformer.js';
import { siglip, siglipVision } from './siglip.js';
import { swin } from './swin.js';
import { swinV2 } from './swinV2.js';
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
  dinov2WithRegisters,
  dpt,
  resnet,
  segformer,
  siglip,
  siglipVision,
  swin,
  swinV2,
  vilt,
  visionEncoderDecoder,
  vit,
  yolos,
];
