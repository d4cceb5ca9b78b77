import type { Config } from '../../compile/config.js';
import { mapOf, noise } from '../madeInputs.js';
import { batchNorm, type ChannelMap, convolution, mapped, maxPool, planeMeans } from '../maps.js';
import { Tensors } from '../tensors.js';
import { curveNamed } from '../transformerLayer.js';
import type { ForwardInput, Passed, Referee } from '../types.js';

const batch = 2;
/** Height and width of the made images: odd and unlike, and small, since the cost grows with their area. */
const image = [71, 57] as const;

/** ResNet (arXiv 1512.03385): convolutions with norms, and a way past each few of them. */
export const resnetReferee: Referee = {
  modelTypes: ['resnet'],
  graph: 'model',
  layersKey: 'depths',
  layerCost: (config) => {
    const area = (image[0] * image[1]) / 16;
    const isBasic = config.text('layer_type') === 'basic';
    // Each stage has a quarter of the points of the one before.
    const ofStage = (size: number, stage: number) => ((isBasic ? 18 : 1.1) * size * size * area) / 4 ** stage;
    return batch * sizesOf(config).reduce((sum, size, stage) => sum + ofStage(size, stage), 0);
  },
  feeds: (config) => ({ pixel_values: noise(3, [batch, config.size('num_channels', 3), ...image]) }),
  forward: passResnet,
};

function sizesOf(config: Config): readonly number[] {
  return config.sizes('hidden_sizes', [256, 512, 1024, 2048]);
}

async function passResnet({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'resnet.');
  const layers = new Map<string, Float32Array>();
  const stages = config.sizes('depths', [3, 4, 6, 3]).map((count) => Math.min(count, depth));
  const x = await resnetBody(tensors, config, mapOf(feeds, 'pixel_values'), { prefix: '', stages, layers });
  if (!hasHead) return { layers, outputs: new Map() };
  const pooled = planeMeans(x);
  const outputs = new Map([
    ['last_hidden_state', x.data],
    ['pooler_output', pooled],
  ]);
  if (className.endsWith('ForImageClassification')) outputs.set('logits', await tensors.dense('classifier.1', pooled));
  return { layers, outputs };
}

interface Body {
  /** Begins the names of its tensors. */
  readonly prefix: string;
  /** Layers of each stage. */
  readonly stages: readonly number[];
  /** Gets what each layer gives. */
  readonly layers: Map<string, Float32Array>;
  /** Gets the map of each stage. */
  readonly maps?: ChannelMap[];
}

/** What the last of the stages gives. */
export async function resnetBody(
  tensors: Tensors,
  config: Config,
  pixels: ChannelMap,
  { prefix, stages, layers, maps }: Body,
): Promise<ChannelMap> {
  const curve = curveNamed(config, 'hidden_act', 'relu');
  const stem = await normed(tensors, `${prefix}embedder.embedder`, pixels, 2);
  let x = maxPool(mapped(stem, curve), 3, 2, 1);
  layers.set('embedder', x.data);
  for (const [stage, count] of stages.entries()) {
    for (let layer = 0; layer < count; layer++) {
      const name = `encoder.stages.${stage}.layers.${layer}`;
      const strides = layer === 0 && (stage > 0 || config.flag('downsample_in_first_stage', false));
      const inFirst = config.flag('downsample_in_bottleneck', false);
      x = mapped(await passLayer(tensors, `${prefix}${name}`, x, { stride: strides ? 2 : 1, inFirst }), curve);
      layers.set(name, x.data);
    }
    maps?.push(x);
  }
  return x;
}

interface Step {
  readonly stride: number;
  /** Whether the first of three convolutions takes the stride. */
  readonly inFirst: boolean;
}

/** The sum of what two or three convolutions make of a map and of the map itself. */
async function passLayer(tensors: Tensors, name: string, x: ChannelMap, step: Step): Promise<ChannelMap> {
  const part = (index: number, value: ChannelMap, stride: number) =>
    normed(tensors, `${name}.layer.${index}`, value, stride);
  const relu = (map: ChannelMap) => mapped(map, (value) => Math.max(0, value));
  const isBasic = !tensors.has(`${name}.layer.2.convolution.weight`);
  const inFirst = isBasic || step.inFirst;
  let y = await part(1, relu(await part(0, x, inFirst ? step.stride : 1)), inFirst ? 1 : step.stride);
  if (!isBasic) y = await part(2, relu(y), 1);
  const past = tensors.has(`${name}.shortcut.convolution.weight`)
    ? await normed(tensors, `${name}.shortcut`, x, step.stride)
    : x;
  return mapped(y, (value, index) => value + past.data[index]!);
}

/** A convolution that keeps the size but for its stride, and its norm. */
async function normed(tensors: Tensors, name: string, x: ChannelMap, stride: number): Promise<ChannelMap> {
  const kernel = tensors.shapeOf(`${name}.convolution.weight`)[2]!;
  const padding = Math.floor(kernel / 2);
  const mixed = await convolution(tensors, `${name}.convolution`, x, { stride, padding });
  return batchNorm(tensors, `${name}.normalization`, mixed);
}
