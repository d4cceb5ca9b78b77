import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import { type Activation, activate, activationOf } from './activation.js';
import { convolution, maxPool } from './convolution.js';
import { batchNorm } from './norm.js';

const layerTypes = ['basic', 'bottleneck'] as const;

/** The shape of a ResNet. */
export interface ResnetSizes {
  readonly channels: number;
  /** Channels after the stem. */
  readonly stem: number;
  readonly layerType: (typeof layerTypes)[number];
  readonly activation: Activation;
  readonly stages: readonly ResnetStage[];
  /** Whether the first of a bottleneck's convolutions takes the stride, as in the paper, or the second. */
  readonly stridesFirst: boolean;
}

export interface ResnetStage {
  readonly channels: number;
  readonly depth: number;
  readonly stride: number;
  /** Distance of the points that the 3·3 convolutions read; the stage's first one reads neighbours. */
  readonly dilation?: number;
}

/** The keys of a ResNet's config.json, which are also those of a `backbone_config`. */
export function resnetSizes(config: Config): ResnetSizes {
  const channels = config.sizes('hidden_sizes', [256, 512, 1024, 2048]);
  const depths = config.sizes('depths', [3, 4, 6, 3]);
  if (depths.length === 0 || depths.length !== channels.length)
    throw refusal(`config.json has ${depths.length} depths for ${channels.length} hidden_sizes of a ResNet`);
  const firstStride = config.flag('downsample_in_first_stage', false) ? 2 : 1;
  return {
    channels: config.size('num_channels', 3),
    stem: config.size('embedding_size', 64),
    layerType: config.choice('layer_type', layerTypes, 'bottleneck'),
    activation: activationOf(config, 'hidden_act', 'relu'),
    stages: depths.map((depth, stage) => ({
      depth,
      channels: channels[stage]!,
      stride: stage === 0 ? firstStride : 2,
    })),
    stridesFirst: config.flag('downsample_in_bottleneck', false),
  };
}

/**
 * ResNet (arXiv 1512.03385) without its head, named as transformers' `modeling_resnet` does: what each stage gives,
 * [batch, channels, height, width].
 */
export function resnetBody(g: GraphBuilder, sizes: ResnetSizes, pixels: Value, prefix: string): readonly Value[] {
  const embedder = { name: `${prefix}embedder.embedder`, inputs: sizes.channels, outputs: sizes.stem, kernel: 7 };
  const stem = activate(g, normed(g, pixels, { ...embedder, stride: 2 }), sizes.activation);
  let x = g.tap('embedder', maxPool(g, stem, 3, 2, 1));
  let inputs = sizes.stem;
  return sizes.stages.map((stage, index) => {
    for (let layer = 0; layer < stage.depth; layer++) {
      const name = `encoder.stages.${index}.layers.${layer}`;
      x = g.tap(name, resnetLayer(g, sizes, `${prefix}${name}`, x, placeOf(stage, layer, inputs)));
      inputs = stage.channels;
    }
    return x;
  });
}

interface LayerPlace {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  readonly dilation: number;
  /** Of the layer's first 3·3 convolution. */
  readonly firstDilation: number;
}

/** The first layer of a stage takes its stride and widens. */
function placeOf({ channels, stride, dilation = 1 }: ResnetStage, layer: number, inputs: number): LayerPlace {
  if (layer > 0) return { inputs, outputs: channels, stride: 1, dilation, firstDilation: dilation };
  return { inputs, outputs: channels, stride, dilation, firstDilation: 1 };
}

function resnetLayer(g: GraphBuilder, sizes: ResnetSizes, name: string, x: Value, place: LayerPlace): Value {
  const { inputs, outputs, stride } = place;
  const isKept = inputs === outputs && stride === 1;
  const shortcut = isKept ? x : normed(g, x, { name: `${name}.shortcut`, inputs, outputs, kernel: 1, stride });
  const convolutions = sizes.layerType === 'basic' ? basic(place) : bottleneck(place, sizes.stridesFirst);
  const last = convolutions.length - 1;
  // Inside of a layer transformers takes ReLU whatever config.json says.
  const changed = convolutions.reduce((value, one, index) => {
    const next = normed(g, value, { ...one, name: `${name}.layer.${index}` });
    return index === last ? next : g.op('Relu', [next]);
  }, x);
  return activate(g, g.add(changed, shortcut), sizes.activation);
}

type Part = Omit<NormedConvolution, 'name'>;

function basic({ inputs, outputs, stride, dilation, firstDilation }: LayerPlace): readonly Part[] {
  return [
    { inputs, outputs, kernel: 3, stride, dilation: firstDilation },
    { inputs: outputs, outputs, kernel: 3, dilation },
  ];
}

/** A quarter of the channels goes through the 3·3 convolution. */
function bottleneck({ inputs, outputs, stride, firstDilation }: LayerPlace, stridesFirst: boolean): readonly Part[] {
  const narrow = Math.floor(outputs / 4);
  return [
    { inputs, outputs: narrow, kernel: 1, stride: stridesFirst ? stride : 1 },
    { inputs: narrow, outputs: narrow, kernel: 3, stride: stridesFirst ? 1 : stride, dilation: firstDilation },
    { inputs: narrow, outputs, kernel: 1 },
  ];
}

interface NormedConvolution {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly dilation?: number;
}

function normed(g: GraphBuilder, x: Value, { name, kernel, dilation = 1, ...part }: NormedConvolution): Value {
  const padding = Math.floor(kernel / 2) * dilation;
  const options = { ...part, kernel, dilation, padding, bias: false };
  return batchNorm(g, convolution(g, x, `${name}.convolution`, options), `${name}.normalization`, part.outputs);
}
