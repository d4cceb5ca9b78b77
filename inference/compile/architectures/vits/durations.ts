import { layerNorm } from '../../blocks/norm.js';
import { inverseSpline } from '../../blocks/spline.js';
import { timeConvolution } from '../../blocks/timeConvolution.js';
import type { Config } from '../../config.js';
import type { GraphBuilder, Value } from '../../graphBuilder.js';
import { type Speaker, withSpeaker } from './speaker.js';

const predictor = 'duration_predictor';
/** Epsilon of the norms within the flows, which no key sets. */
const flowEpsilon = 1e-5;

/** Logarithms of the durations, [batch, 1, tokens], as two convolutions predict them. */
export function predictedDurations(g: GraphBuilder, config: Config, hidden: Value, speaker: Speaker | null): Value {
  const size = config.size('hidden_size', 192);
  const inner = config.size('duration_predictor_filter_channels', 256);
  const kernel = config.size('duration_predictor_kernel_size', 3);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const layer = (x: Value, number: number, inputs: number) => {
    const options = { inputs, outputs: inner, kernel, padding: Math.floor(kernel / 2) };
    const active = g.op('Relu', [timeConvolution(g, x, `${predictor}.conv_${number}`, options)]);
    return overChannels(g, active, `${predictor}.norm_${number}`, inner, epsilon);
  };
  const placed = withSpeaker(g, hidden, speaker, `${predictor}.cond`, size);
  const seen = layer(layer(placed, 1, size), 2, inner);
  return timeConvolution(g, seen, `${predictor}.proj`, { inputs: inner, outputs: 1, kernel: 1 });
}

/** Logarithms of the durations, [batch, 1, tokens], drawn: noise goes backwards through flows that the text steers. */
export function drawnDurations(g: GraphBuilder, config: Config, hidden: Value, speaker: Speaker | null): Value {
  config.mustBe('depth_separable_channels', 2);
  const size = config.size('hidden_size', 192);
  const square = { inputs: size, outputs: size, kernel: 1 };
  const first = timeConvolution(g, hidden, `${predictor}.conv_pre`, square);
  const placed = withSpeaker(g, first, speaker, `${predictor}.cond`, size);
  const mixed = separableConvolutions(g, config, `${predictor}.conv_dds`, placed);
  const steering = timeConvolution(g, mixed, `${predictor}.conv_proj`, square);
  let x = g.input('duration_noise', 'float', ['batch_size', 2, 'sequence_length']);
  for (let flow = config.size('duration_predictor_num_flows', 4); flow > 1; flow--)
    x = splineFlow(g, config, `${predictor}.flows.${flow}`, flipped(g, x), steering);
  const [shift, scale] = ['translate', 'log_scale'].map((part) => g.weight(`${predictor}.flows.0.${part}`, [2, 1]));
  const last = g.mul(g.sub(flipped(g, x), shift!), g.op('Exp', [g.op('Neg', [scale!])]));
  return g.slice(last, 1, 0, 1);
}

/** The first channel steers the spline that the second goes through. */
function splineFlow(g: GraphBuilder, config: Config, name: string, x: Value, steering: Value): Value {
  const size = config.size('hidden_size', 192);
  const bins = config.size('duration_predictor_flow_bins', 10);
  const [first, second] = [g.slice(x, 1, 0, 1), g.slice(x, 1, 1, 2)];
  const raised = timeConvolution(g, first, `${name}.conv_pre`, { inputs: 1, outputs: size, kernel: 1 });
  const mixed = separableConvolutions(g, config, `${name}.conv_dds`, g.add(raised, steering));
  const lowered = { inputs: size, outputs: bins * 3 - 1, kernel: 1 };
  const numbers = g.unsqueeze(g.transpose(timeConvolution(g, mixed, `${name}.conv_proj`, lowered), [0, 2, 1]), [1]);
  const part = (start: number, count: number) => g.slice(numbers, 3, start, start + count);
  const scaled = (value: Value) => g.div(value, g.float(Math.sqrt(size)));
  const moved = inverseSpline(g, second, {
    widths: scaled(part(0, bins)),
    heights: scaled(part(bins, bins)),
    slopes: part(bins * 2, bins - 1),
    bins,
    bound: config.number('duration_predictor_tail_bound', 5),
  });
  return g.concat([first, moved], 1);
}

/** Convolutions of each channel by itself, ever wider, then across channels. */
function separableConvolutions(g: GraphBuilder, config: Config, name: string, x: Value): Value {
  const size = config.size('hidden_size', 192);
  const kernel = config.size('duration_predictor_kernel_size', 3);
  let sum = x;
  for (let layer = 0; layer < config.size('depth_separable_num_layers', 3); layer++) {
    const dilation = kernel ** layer;
    const padding = Math.floor((kernel * dilation - dilation) / 2);
    const wide = { inputs: size, outputs: size, kernel, groups: size, dilation, padding };
    const along = timeConvolution(g, sum, `${name}.convs_dilated.${layer}`, wide);
    const first = g.op('Gelu', [overChannels(g, along, `${name}.norms_1.${layer}`, size, flowEpsilon)]);
    const point = { inputs: size, outputs: size, kernel: 1 };
    const across = timeConvolution(g, first, `${name}.convs_pointwise.${layer}`, point);
    sum = g.add(sum, g.op('Gelu', [overChannels(g, across, `${name}.norms_2.${layer}`, size, flowEpsilon)]));
  }
  return sum;
}

/** LayerNorm of [batch, channels, time] over the channels. */
function overChannels(g: GraphBuilder, x: Value, name: string, size: number, epsilon: number): Value {
  return g.transpose(layerNorm(g, g.transpose(x, [0, 2, 1]), name, epsilon, size), [0, 2, 1]);
}

/** The channels in reverse order. */
export function flipped(g: GraphBuilder, x: Value): Value {
  return g.slice(x, 1, -1, -Number.MAX_SAFE_INTEGER, -1);
}
