import { type ResnetSizes, resnetSizes } from '../blocks/resnetBody.js';
import { Config } from '../config.js';
import { refusal } from '../refusal.js';
import type { Weights } from '../weights.js';

/** The ResNet that gives DETR its map. */
export interface Backbone {
  readonly sizes: ResnetSizes;
  /** The stage whose map is used, counted from 0. */
  readonly stage: number;
  /** Begins the names of its tensors. */
  readonly prefix: string;
  /** Whether the maps of all stages are given, not only the used one. */
  readonly isWhole: boolean;
}

const prefix = 'backbone.conv_encoder.model.';

/** Depths of the stages, by the names of the timm library. */
const timmResnets = {
  resnet18: { layerType: 'basic', depths: [2, 2, 2, 2] },
  resnet34: { layerType: 'basic', depths: [3, 4, 6, 3] },
  resnet50: { layerType: 'bottleneck', depths: [3, 4, 6, 3] },
  resnet101: { layerType: 'bottleneck', depths: [3, 4, 23, 3] },
  resnet152: { layerType: 'bottleneck', depths: [3, 8, 36, 3] },
} as const;
type TimmResnet = keyof typeof timmResnets;

/** A network of the timm library (`use_timm_backbone`, as published checkpoints have it), or one of transformers. */
export function backboneOf(config: Config, weights: Weights): Backbone {
  return config.flag('use_timm_backbone', true) ? timmBackbone(config, weights) : ownBackbone(config, weights);
}

function timmBackbone(config: Config, weights: Weights): Backbone {
  const known = Object.keys(timmResnets) as TimmResnet[];
  const { layerType, depths } = timmResnets[config.choice('backbone', known, 'resnet50')];
  const kwargs = config.part('backbone_kwargs');
  const isDilated = config.flag('dilation', false) || kwargs.integer('output_stride', 32) === 16;
  if (!isDilated && kwargs.integer('output_stride', 32) !== 32) kwargs.mustBe('output_stride', 32);
  const widen = layerType === 'basic' ? 1 : 4;
  const stages = depths.map((depth, index) => {
    const channels = 64 * 2 ** index * widen;
    if (index === 3 && isDilated) return { depth, channels, stride: 1, dilation: 2 };
    return { depth, channels, stride: index === 0 ? 1 : 2 };
  });
  const channels = kwargs.size('in_chans', config.size('num_channels', 3));
  const sizes = { channels, stem: 64, layerType, activation: 'relu', stages, stridesFirst: false } as const;
  return used(sizes, kwargs.sizes('out_indices', [1, 2, 3, 4]), weights);
}

function ownBackbone(config: Config, weights: Weights): Backbone {
  config.mustBe('backbone', 'resnet50');
  const part = config.has('backbone_config') ? config.part('backbone_config') : new Config({}, 'backbone_config.');
  part.choice('model_type', ['resnet'], 'resnet');
  const sizes = resnetSizes(part);
  return used(sizes, givenStages(part, sizes.stages.length), weights);
}

/** The stem is counted as 0. */
function givenStages(part: Config, last: number): readonly number[] {
  if (!part.has('out_features')) return part.sizes('out_indices', [last]);
  return part.texts('out_features').map((name) => Number(/^stage(\d+)$/.exec(name)?.[1] ?? 0));
}

/** Stages behind the one that is used are in the checkpoint, and have no part in the answer. */
function used(sizes: ResnetSizes, given: readonly number[], weights: Weights): Backbone {
  const stage = given.at(-1) ?? 0;
  if (stage < 1 || stage > sizes.stages.length)
    throw refusal('config.json takes the map from no stage of the backbone (out_features, out_indices)');
  for (let behind = stage; behind < sizes.stages.length; behind++)
    weights.ignore(new RegExp(`^backbone\\.conv_encoder\\.model\\.encoder\\.stages\\.${behind}\\.`));
  return {
    sizes: { ...sizes, stages: sizes.stages.slice(0, stage) },
    stage: stage - 1,
    prefix,
    isWhole: given.join() === '1,2,3,4',
  };
}

/** timm's names of a ResNet's tensors, as transformers has them; other names stay. */
export function resnetName(name: string): string {
  const timm =
    /^backbone\.conv_encoder\.model\.(conv1|bn1|layer(\d)\.(\d+)\.(?:(conv|bn)(\d)|downsample\.([01])))\.(\w+)$/;
  const found = timm.exec(name);
  if (!found) return name;
  const [, whole, stage, layer, kind, place, shortcut, end] = found;
  const part = (isConvolution: boolean) => `${isConvolution ? 'convolution' : 'normalization'}.${end}`;
  if (stage === undefined) return `${prefix}embedder.embedder.${part(whole === 'conv1')}`;
  const at = `${prefix}encoder.stages.${Number(stage) - 1}.layers.${layer}`;
  if (shortcut !== undefined) return `${at}.shortcut.${part(shortcut === '0')}`;
  return `${at}.layer.${Number(place) - 1}.${part(kind === 'conv')}`;
}
