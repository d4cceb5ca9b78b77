import { clip, clipText, clipVision } from './clip.js';
import { detr } from './detr.js';
import { resnet } from './resnet.js';
import { deit, vit } from './vit.js';

/** Models that read images, or images and texts. */
export const imageModels = [clip, clipText, clipVision, deit, detr, resnet, vit];
