import type { Config } from '../../../compile/config.js';
import { add, curveOf } from '../../arrays.js';
import { inverseSpline } from '../../inverseSpline.js';
import { type ChannelMap, mapped } from '../../maps.js';
import { alongTime, channelsOf, lineOf, normOverChannels, stacked, turned } from '../../soundLine.js';
import type { Tensors } from '../../tensors.js';
import type { Feeds } from '../../types.js';
import { type Speaker, withSpeaker } from './speaker.js';

const predictor = 'duration_predictor';
const [gelu, relu] = [curveOf('gelu')!, curveOf('relu')!];

/** Logarithms of how long each token lasts. */
export function logDurations(
  config: Config,
  tensors: Tensors,
  hidden: ChannelMap,
  feeds: Feeds,
  speaker: Speaker | null,
): Promise<Float32Array> {
  if (!config.flag('use_stochastic_duration_prediction', true)) return predicted(config, tensors, hidden, speaker);
  return drawn(config, tensors, hidden, lineOf(feeds.duration_noise!.data as Float32Array, 2), speaker);
}

/** By two convolutions. */
async function predicted(
  config: Config,
  tensors: Tensors,
  hidden: ChannelMap,
  speaker: Speaker | null,
): Promise<Float32Array> {
  const epsilon = config.number('layer_norm_eps', 1e-5);
  let x = await withSpeaker(tensors, `${predictor}.cond`, hidden, speaker);
  for (const layer of [1, 2]) {
    const raised = mapped(await alongTime(tensors, `${predictor}.conv_${layer}`, x), relu);
    x = await normOverChannels(tensors, `${predictor}.norm_${layer}`, raised, epsilon);
  }
  return (await alongTime(tensors, `${predictor}.proj`, x)).data;
}

/** Noise goes back through the flows that training went forward, all but the first spline; the text steers them. */
async function drawn(
  config: Config,
  tensors: Tensors,
  hidden: ChannelMap,
  noise: ChannelMap,
  speaker: Speaker | null,
): Promise<Float32Array> {
  const placed = await withSpeaker(
    tensors,
    `${predictor}.cond`,
    await alongTime(tensors, `${predictor}.conv_pre`, hidden),
    speaker,
  );
  const mixed = await separated(config, tensors, `${predictor}.conv_dds`, placed);
  const steering = await alongTime(tensors, `${predictor}.conv_proj`, mixed);
  let x = noise;
  for (let flow = config.size('duration_predictor_num_flows', 4); flow > 1; flow--)
    x = await splineFlow(config, tensors, `${predictor}.flows.${flow}`, turned(x), steering);
  const moved = await tensors.read(`${predictor}.flows.0.translate`);
  const logScale = await tensors.read(`${predictor}.flows.0.log_scale`);
  return channelsOf(turned(x), 0, 1).data.map((value) => (value - moved[0]!) / Math.exp(logScale[0]!));
}

/** The first channel and the text make the spline that the second goes back through. */
async function splineFlow(
  config: Config,
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  steering: ChannelMap,
): Promise<ChannelMap> {
  const [first, second] = [channelsOf(x, 0, 1), channelsOf(x, 1, 2)];
  const raised = await alongTime(tensors, `${name}.conv_pre`, first);
  const mixed = await separated(config, tensors, `${name}.conv_dds`, summed(raised, steering));
  const numbers = await alongTime(tensors, `${name}.conv_proj`, mixed);
  const bins = config.size('duration_predictor_flow_bins', 10);
  const bound = config.number('duration_predictor_tail_bound', 5);
  const root = Math.sqrt(config.size('hidden_size', 192));
  const data = second.data.map((y, step) => {
    const row = Array.from({ length: 3 * bins - 1 }, (_, channel) => numbers.data[channel * numbers.width + step]!);
    const [widths, heights] = [row.slice(0, bins), row.slice(bins, 2 * bins)].map((part) =>
      part.map((one) => one / root),
    );
    return inverseSpline(y, { widths: widths!, heights: heights!, slopes: row.slice(2 * bins), bound });
  });
  return stacked(first, { ...second, data });
}

/** Layers of a convolution for each channel by itself, ever wider, and one across channels; each adds to what went in. */
async function separated(config: Config, tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  const kernel = config.size('duration_predictor_kernel_size', 3);
  const normed = async (part: string, y: ChannelMap) =>
    mapped(await normOverChannels(tensors, `${name}.${part}`, y, 1e-5), gelu);
  let sum = x;
  for (let layer = 0; layer < config.size('depth_separable_num_layers', 3); layer++) {
    const places = { dilation: kernel ** layer, groups: x.channels };
    const along = await alongTime(tensors, `${name}.convs_dilated.${layer}`, sum, places);
    const across = await alongTime(
      tensors,
      `${name}.convs_pointwise.${layer}`,
      await normed(`norms_1.${layer}`, along),
    );
    sum = summed(sum, await normed(`norms_2.${layer}`, across));
  }
  return sum;
}

function summed(a: ChannelMap, b: ChannelMap): ChannelMap {
  return { ...a, data: add(a.data, b.data) };
}
