import type { Config } from '../../../compile/config.js';
import { add, curveOf } from '../../arrays.js';
import { type ChannelMap, mapped } from '../../maps.js';
import { alongTime, channelsOf, lengthened, plusChannels, stacked, turned } from '../../soundLine.js';
import type { Tensors } from '../../tensors.js';
import type { Passed } from '../../types.js';
import { type Speaker, speakerPart, withSpeaker } from './speaker.js';

const usual = [1, 3, 5];

/** Multiplications of one frame on its way to samples. */
export function frameCost(config: Config): number {
  const rates = config.sizes('upsample_rates', [8, 8, 2, 2]);
  const kernels = config.sizes('resblock_kernel_sizes', [3, 7, 11]);
  const dilations = config.sizeLists('resblock_dilation_sizes', [usual, usual, usual]);
  const taps = kernels.reduce((sum, kernel, block) => sum + 2 * kernel * (dilations[block]?.length ?? 0), 0);
  let [channels, points, cost] = [config.size('upsample_initial_channel', 512), 1, 0];
  for (const [level, rate] of rates.entries()) {
    const half = Math.floor(channels / 2);
    cost += channels * half * points * (config.sizes('upsample_kernel_sizes', [16, 16, 4, 4])[level] ?? 1);
    [channels, points] = [half, points * rate];
    cost += channels * channels * points * taps;
  }
  return cost;
}

/** Frames go back through the flows, the last first, then through the vocoder. */
export async function passSpeech(
  config: Config,
  tensors: Tensors,
  latents: ChannelMap,
  speaker: Speaker | null,
): Promise<Passed> {
  const layers = new Map<string, Float32Array>();
  let x = latents;
  for (let flow = config.size('prior_encoder_num_flows', 4) - 1; flow >= 0; flow--) {
    x = await coupled(config, tensors, `flow.flows.${flow}`, turned(x), speaker);
    layers.set(`flow.${flow}`, x.data);
  }
  const waveform = await vocoded(config, tensors, x, speaker, layers);
  return { layers, outputs: new Map([['waveform', waveform]]) };
}

/** The first half of the channels says what is taken from the second. */
async function coupled(
  config: Config,
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  speaker: Speaker | null,
): Promise<ChannelMap> {
  const half = x.channels / 2;
  const [first, second] = [channelsOf(x, 0, half), channelsOf(x, half, x.channels)];
  const raised = await alongTime(tensors, `${name}.conv_pre`, first);
  const mixed = await gatedLayers(config, tensors, `${name}.wavenet`, raised, speaker);
  const mean = (await alongTime(tensors, `${name}.conv_post`, mixed)).data;
  return stacked(first, { ...second, data: second.data.map((value, at) => value - mean[at]!) });
}

/** WaveNet's layers (arXiv 1609.03499): of what each gives, one half goes into the next and one into the sum. */
async function gatedLayers(
  config: Config,
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  speaker: Speaker | null,
): Promise<ChannelMap> {
  const [size, layers] = [x.channels, config.size('prior_encoder_num_wavenet_layers', 4)];
  const steering = speaker && (await speakerPart(tensors, `${name}.cond_layer`, speaker));
  let passed = x;
  let sum: Float32Array = new Float32Array(x.data.length);
  for (let layer = 0; layer < layers; layer++) {
    const dilation = config.size('wavenet_dilation_rate', 1) ** layer;
    const raised = await alongTime(tensors, `${name}.in_layers.${layer}`, passed, { dilation });
    const own = steering?.subarray(layer * 2 * size, (layer + 1) * 2 * size);
    const { data } = own ? plusChannels(raised, own) : raised;
    const gated = {
      ...x,
      data: x.data.map((_, at) => Math.tanh(data[at]!) / (1 + Math.exp(-data[at + x.data.length]!))),
    };
    const both = await alongTime(tensors, `${name}.res_skip_layers.${layer}`, gated);
    const isLast = layer === layers - 1;
    if (!isLast) passed = { ...passed, data: add(passed.data, channelsOf(both, 0, size).data) };
    sum = add(sum, isLast ? both.data : channelsOf(both, size, 2 * size).data);
  }
  return { ...x, data: sum };
}

/** HiFi-GAN (arXiv 2010.05646): frames become longer level by level. */
async function vocoded(
  config: Config,
  tensors: Tensors,
  frames: ChannelMap,
  speaker: Speaker | null,
  layers: Map<string, Float32Array>,
): Promise<Float32Array> {
  const slope = config.number('leaky_relu_slope', 0.1);
  let x = await withSpeaker(tensors, 'decoder.cond', await alongTime(tensors, 'decoder.conv_pre', frames), speaker);
  for (const [level, rate] of config.sizes('upsample_rates', [8, 8, 2, 2]).entries()) {
    const longer = await lengthened(tensors, `decoder.upsampler.${level}`, leaky(x, slope), rate);
    x = await meanOfBlocks(config, tensors, level, longer);
    layers.set(`decoder.upsampler.${level}`, x.data);
  }
  // The last slope is PyTorch's own.
  const last = await alongTime(tensors, 'decoder.conv_post', mapped(x, curveOf('leaky_relu')!));
  return last.data.map(Math.tanh);
}

/** Blocks with kernels of different sizes, each of pairs of convolutions with a way past them. */
async function meanOfBlocks(config: Config, tensors: Tensors, level: number, x: ChannelMap): Promise<ChannelMap> {
  const kernels = config.sizes('resblock_kernel_sizes', [3, 7, 11]);
  const dilations = config.sizeLists('resblock_dilation_sizes', [usual, usual, usual]);
  const slope = config.number('leaky_relu_slope', 0.1);
  let sum: Float32Array = new Float32Array(x.data.length);
  for (const block of kernels.keys()) {
    const name = `decoder.resblocks.${level * kernels.length + block}`;
    let y = x;
    for (const [pair, dilation] of dilations[block]!.entries()) {
      const wide = await alongTime(tensors, `${name}.convs1.${pair}`, leaky(y, slope), { dilation });
      const narrow = await alongTime(tensors, `${name}.convs2.${pair}`, leaky(wide, slope));
      y = { ...y, data: add(y.data, narrow.data) };
    }
    sum = add(sum, y.data);
  }
  return { ...x, data: sum.map((value) => value / kernels.length) };
}

function leaky(x: ChannelMap, slope: number): ChannelMap {
  return mapped(x, (value) => (value < 0 ? value * slope : value));
}
