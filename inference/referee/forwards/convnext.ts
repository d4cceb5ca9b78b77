import type { Config } from '../../compile/config.js';
import { add } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { type ChannelMap, convolution, planeMeans, toMap, toTokens } from '../maps.js';
import { Tensors } from '../tensors.js';
import { curveNamed, normOf } from '../transformerLayer.js';
import type { ForwardInput, Passed, Referee } from '../types.js';

const batch = 2;
const image = [67, 49] as const;
const epsilon = 1e-6;

/** ConvNeXt (arXiv 2201.03545) and its second version (arXiv 2301.00808). */
export const convnextReferees: readonly Referee[] = ['convnext', 'convnextv2'].map((modelType) => ({
  modelTypes: [modelType],
  graph: 'model',
  layersKey: 'depths',
  layerCost: (config) => {
    const points = (image[0] * image[1]) / config.size('patch_size', 4) ** 2;
    const ofStage = (size: number, stage: number) => ((8 * size + 49) * size * points) / 4 ** stage;
    return batch * sizesOf(config).reduce((sum, size, stage) => sum + ofStage(size, stage), 0);
  },
  feeds: (config) => ({ pixel_values: noise(7, [batch, config.size('num_channels', 3), ...image]) }),
  forward: (input) => passConvnext(input, new Tensors(input.weights, `${modelType}.`)),
}));

function sizesOf(config: Config): readonly number[] {
  return config.sizes('hidden_sizes', [96, 192, 384, 768]);
}

async function passConvnext(input: ForwardInput, tensors: Tensors): Promise<Passed> {
  const { config, feeds, depth, hasHead, className } = input;
  const layers = new Map<string, Float32Array>();
  const stride = config.pair('patch_size', 4);
  const patches = await convolution(tensors, 'embeddings.patch_embeddings', mapOf(feeds, 'pixel_values'), { stride });
  let x = await normed(tensors, 'embeddings.layernorm', patches);
  for (const [stage, count] of config.sizes('depths', [3, 3, 9, 3]).entries()) {
    const name = `encoder.stages.${stage}`;
    const down = `${name}.downsampling_layer`;
    if (stage > 0) x = await convolution(tensors, `${down}.1`, await normed(tensors, `${down}.0`, x), { stride: 2 });
    for (let layer = 0; layer < Math.min(count, depth); layer++) {
      x = await passLayer(config, tensors, `${name}.layers.${layer}`, x);
      layers.set(`${name}.layers.${layer}`, x.data);
    }
  }
  if (!hasHead) return { layers, outputs: new Map() };
  const pooled = await normOf(tensors, 'layernorm', planeMeans(x), config.number('layer_norm_eps', 1e-12));
  const outputs = new Map([
    ['last_hidden_state', x.data],
    ['pooler_output', pooled],
  ]);
  if (className.endsWith('ForImageClassification')) outputs.set('logits', await tensors.dense('classifier', pooled));
  return { layers, outputs };
}

/** A norm over the channels of each point. */
async function normed(tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  return toMap(await normOf(tensors, name, toTokens(x), epsilon), x.batch, x.height, x.width);
}

/** Each channel is mixed over the plane, then each point over its channels. */
async function passLayer(config: Config, tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  const mixed = await convolution(tensors, `${name}.dwconv`, x, { padding: 3, groups: x.channels });
  const points = await normOf(tensors, `${name}.layernorm`, toTokens(mixed), epsilon);
  const curve = curveNamed(config, 'hidden_act', 'gelu');
  const wide = (await tensors.dense(`${name}.pwconv1`, points)).map(curve);
  const compared = tensors.has(`${name}.grn.weight`) ? await comparedOverPlane(tensors, `${name}.grn`, wide) : wide;
  const narrow = await tensors.dense(`${name}.pwconv2`, compared);
  const scale = await tensors.readOrNull(`${name}.layer_scale_parameter`);
  const scaled = scale ? narrow.map((value, at) => value * scale[at % scale.length]!) : narrow;
  const change = toMap(scaled, x.batch, x.height, x.width);
  return { ...x, data: add(x.data, change.data) };
}

/** Global response normalisation: how long a channel is over its plane, relative to the mean of all channels. */
async function comparedOverPlane(tensors: Tensors, name: string, x: Float32Array): Promise<Float32Array> {
  const [weight, bias] = [await tensors.read(`${name}.weight`), await tensors.read(`${name}.bias`)];
  const size = weight.length;
  const perRow = x.length / batch;
  const squares = new Float64Array(batch * size);
  for (const [at, value] of x.entries()) squares[Math.floor(at / perRow) * size + (at % size)]! += value * value;
  const lengths = squares.map(Math.sqrt);
  const means = Array.from({ length: batch }, (_, row) => {
    const sum = lengths.subarray(row * size, (row + 1) * size).reduce((total, length) => total + length, 0);
    return sum / size;
  });
  return x.map((value, at) => {
    const [row, channel] = [Math.floor(at / perRow), at % size];
    const share = lengths[row * size + channel]! / (means[row]! + epsilon);
    return weight[channel]! * value * share + bias[channel]! + value;
  });
}
