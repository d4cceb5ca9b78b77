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

async function passResnet({ config, weights, feeds, depth, isWhole, className }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'resnet.');
  const curve = curveNamed(config, 'hidden_act', 'relu');
  const stem = await normed(tensors, 'embedder.embedder', mapOf(feeds, 'pixel_values'), 2);
  let x = maxPool(mapped(stem, curve), 3, 2, 1);
  const layers = new Map([['embedder', x.data]]);
  for (const [stage, count] of config.sizes('depths', [3, 4, 6, 3]).entries())
    for (let layer = 0; layer < Math.min(count, depth); layer++) {
      const name = `encoder.stages.${stage}.layers.${layer}`;
      const strides = stage > 0 || config.flag('downsample_in_first_stage', false);
      x = mapped(await passLayer(config, tensors, name, x, layer === 0 && strides ? 2 : 1), curve);
      layers.set(name, x.data);
    }
  if (!isWhole) return { layers, outputs: new Map() };
  const pooled = planeMeans(x);
  const outputs = new Map([
    ['last_hidden_state', x.data],
    ['pooler_output', pooled],
  ]);
  if (className.endsWith('ForImageClassification')) outputs.set('logits', await tensors.dense('classifier.1', pooled));
  return { layers, outputs };
}

/** The sum of what two or three convolutions make of a map and of the map itself. */
async function passLayer(config: Config, tensors: Tensors, name: string, x: ChannelMap, stride: number) {
  const part = (index: number, value: ChannelMap, step: number) =>
    normed(tensors, `${name}.layer.${index}`, value, step);
  const relu = (map: ChannelMap) => mapped(map, (value) => Math.max(0, value));
  const isBasic = config.text('layer_type', 'bottleneck') === 'basic';
  const inFirst = isBasic || config.flag('downsample_in_bottleneck', false);
  let y = await part(1, relu(await part(0, x, inFirst ? stride : 1)), inFirst ? 1 : stride);
  if (!isBasic) y = await part(2, relu(y), 1);
  const past = tensors.has(`${name}.shortcut.convolution.weight`)
    ? await normed(tensors, `${name}.shortcut`, x, stride)
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
