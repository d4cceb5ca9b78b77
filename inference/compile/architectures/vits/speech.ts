import { timeConvolution, transposedConvolution } from '../../blocks/timeConvolution.js';
import type { Config } from '../../config.js';
import { GraphBuilder, type Value } from '../../graphBuilder.js';
import { refusal } from '../../refusal.js';
import type { Weights } from '../../weights.js';
import { flipped } from './durations.js';
import { type Speaker, speakerInput, speakerPart, withSpeaker } from './speaker.js';

/** From latent frames to samples: the flow backwards, then HiFi-GAN (arXiv 2010.05646). */
export function speechGraph(weights: Weights, config: Config): GraphBuilder {
  const g = new GraphBuilder(weights);
  const size = config.size('flow_size', 192);
  const latents = g.input('latents', 'float', ['batch_size', size, 'frames']);
  const speaker = speakerInput(g, config);
  let x = latents;
  for (let flow = config.size('prior_encoder_num_flows', 4) - 1; flow >= 0; flow--)
    x = g.tap(`flow.${flow}`, couplingFlow(g, config, `flow.flows.${flow}`, flipped(g, x), speaker));
  g.output('waveform', g.squeeze(vocoder(g, config, x, speaker), [1]), ['batch_size', 'samples']);
  return g;
}

/** The first half of the channels says what is taken from the second. */
function couplingFlow(g: GraphBuilder, config: Config, name: string, x: Value, speaker: Speaker | null): Value {
  const half = Math.floor(config.size('flow_size', 192) / 2);
  const size = config.size('hidden_size', 192);
  const [first, second] = [g.slice(x, 1, 0, half), g.slice(x, 1, half, half * 2)];
  const raised = timeConvolution(g, first, `${name}.conv_pre`, { inputs: half, outputs: size, kernel: 1 });
  const mixed = waveNet(g, config, `${name}.wavenet`, raised, speaker);
  const mean = timeConvolution(g, mixed, `${name}.conv_post`, { inputs: size, outputs: half, kernel: 1 });
  return g.concat([first, g.sub(second, mean)], 1);
}

/** Gated convolutions, each of which passes one half on and gives the other (arXiv 1609.03499). */
function waveNet(g: GraphBuilder, config: Config, name: string, x: Value, speaker: Speaker | null): Value {
  const size = config.size('hidden_size', 192);
  const kernel = config.size('wavenet_kernel_size', 5);
  const layers = config.size('prior_encoder_num_wavenet_layers', 4);
  const steering = speaker ? speakerPart(g, speaker, `${name}.cond_layer`, 2 * size * layers, { normAxis: 0 }) : null;
  const given: Value[] = [];
  let passed = x;
  for (let layer = 0; layer < layers; layer++) {
    const isLast = layer === layers - 1;
    const dilation = config.size('wavenet_dilation_rate', 1) ** layer;
    const padding = Math.floor((kernel * dilation - dilation) / 2);
    const wide = { inputs: size, outputs: 2 * size, kernel, dilation, padding, normAxis: 0 };
    const raised = timeConvolution(g, passed, `${name}.in_layers.${layer}`, wide);
    const from = layer * 2 * size;
    const steered = steering ? g.add(raised, g.slice(steering, 1, from, from + 2 * size)) : raised;
    const gate = g.op('Sigmoid', [g.slice(steered, 1, size, 2 * size)]);
    const gated = g.mul(g.op('Tanh', [g.slice(steered, 1, 0, size)]), gate);
    const narrow = { inputs: size, outputs: isLast ? size : 2 * size, kernel: 1, normAxis: 0 };
    const both = timeConvolution(g, gated, `${name}.res_skip_layers.${layer}`, narrow);
    given.push(isLast ? both : g.slice(both, 1, size, 2 * size));
    if (!isLast) passed = g.add(passed, g.slice(both, 1, 0, size));
  }
  return given.reduce((sum, one) => g.add(sum, one));
}

/** [batch, flow_size, frames] → [batch, 1, samples] */
function vocoder(g: GraphBuilder, config: Config, frames: Value, speaker: Speaker | null): Value {
  const rates = config.sizes('upsample_rates', [8, 8, 2, 2]);
  const kernels = config.sizes('upsample_kernel_sizes', [16, 16, 4, 4]);
  if (rates.length !== kernels.length)
    throw refusal('upsample_rates and upsample_kernel_sizes of config.json have different lengths');
  const slope = config.number('leaky_relu_slope', 0.1);
  const most = config.size('upsample_initial_channel', 512);
  const start = { inputs: config.size('flow_size', 192), outputs: most, kernel: 7, padding: 3 };
  let x = withSpeaker(g, timeConvolution(g, frames, 'decoder.conv_pre', start), speaker, 'decoder.cond', most);
  for (const [level, stride] of rates.entries()) {
    const kernel = kernels[level]!;
    const [inputs, outputs] = [Math.floor(most / 2 ** level), Math.floor(most / 2 ** (level + 1))];
    const options = { inputs, outputs, kernel, stride, padding: Math.floor((kernel - stride) / 2), normAxis: 0 };
    x = transposedConvolution(g, leaky(g, x, slope), `decoder.upsampler.${level}`, options);
    x = g.tap(`decoder.upsampler.${level}`, residualBlocks(g, config, level, x, outputs));
  }
  const channels = Math.floor(most / 2 ** rates.length);
  const end = { inputs: channels, outputs: 1, kernel: 7, padding: 3, bias: false };
  // The last one has PyTorch's own slope, which no key sets.
  return g.op('Tanh', [timeConvolution(g, leaky(g, x, 0.01), 'decoder.conv_post', end)]);
}

/** The mean of blocks with kernels of different sizes. */
function residualBlocks(g: GraphBuilder, config: Config, level: number, x: Value, channels: number): Value {
  const kernels = config.sizes('resblock_kernel_sizes', [3, 7, 11]);
  const dilations = config.sizeLists('resblock_dilation_sizes', [
    [1, 3, 5],
    [1, 3, 5],
    [1, 3, 5],
  ]);
  if (kernels.length === 0 || kernels.length !== dilations.length)
    throw refusal('resblock_kernel_sizes and resblock_dilation_sizes of config.json have different lengths');
  const slope = config.number('leaky_relu_slope', 0.1);
  const blocks = kernels.map((kernel, block) => {
    const name = `decoder.resblocks.${level * kernels.length + block}`;
    return dilations[block]!.reduce((sum, dilation, step) => {
      const convolved = (value: Value, part: string, spread: number) => {
        const padding = Math.floor((kernel * spread - spread) / 2);
        const options = { inputs: channels, outputs: channels, kernel, dilation: spread, padding, normAxis: 0 };
        return timeConvolution(g, leaky(g, value, slope), `${name}.${part}.${step}`, options);
      };
      return g.add(convolved(convolved(sum, 'convs1', dilation), 'convs2', 1), sum);
    }, x);
  });
  return g.div(
    blocks.reduce((sum, block) => g.add(sum, block)),
    g.float(kernels.length),
  );
}

function leaky(g: GraphBuilder, x: Value, slope: number): Value {
  return g.op('LeakyRelu', [x], { alpha: { float: slope } });
}
