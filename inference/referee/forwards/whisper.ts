import type { Config } from '../../compile/config.js';
import { addRow, curveOf } from '../arrays.js';
import { noise } from '../madeInputs.js';
import { type ChannelMap, convolution, mapped, toTokens } from '../maps.js';
import { Tensors } from '../tensors.js';
import { bartNames, curveNamed, normOf, transformerLayer } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';

const epsilon = 1e-5;

/** Whisper's encoder (arXiv 2212.04356), and the keys and values that its decoder makes of what it hears. */
export const whisperReferee: Referee = {
  modelTypes: ['whisper'],
  graph: 'encoder_model',
  layersKey: 'encoder_layers',
  layerCost: (config) => {
    const size = config.size('d_model', 384);
    const frames = framesOf(config);
    return frames * (4 * size * size + 2 * size * config.size('encoder_ffn_dim', 1536) + 2 * frames * size);
  },
  feeds: (config) => ({ input_features: noise(5, [1, config.size('num_mel_bins', 80), 2 * framesOf(config)]) }),
  forward: passEncoder,
};

function framesOf(config: Config): number {
  return config.size('max_source_positions', 1500);
}

async function passEncoder({ config, weights, feeds, depth, isWhole }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'model.');
  const places = await tensors.read('encoder.embed_positions.weight');
  let x = addRow(toTokens(await heard(tensors, feeds)), places);
  const shape = {
    batch: 1,
    heads: config.size('encoder_attention_heads', 6),
    epsilon,
    curve: curveNamed(config, 'activation_function', 'gelu'),
    names: bartNames,
    normsFirst: true,
  };
  const layers = new Map<string, Float32Array>();
  for (let layer = 0; layer < depth; layer++) {
    const name = `encoder.layers.${layer}`;
    x = await transformerLayer(tensors, name, shape, x);
    layers.set(name, x);
  }
  if (!isWhole) return { layers, outputs: new Map() };
  const last = await normOf(tensors, 'encoder.layer_norm', x, epsilon);
  return { layers, outputs: new Map([['last_hidden_state', last], ...(await memories(config, tensors, last))]) };
}

/** Two convolutions over time, the second of which halves it; behind both stands GELU, whatever config.json says. */
async function heard(tensors: Tensors, feeds: Feeds): Promise<ChannelMap> {
  const { data, dims } = feeds.input_features!;
  const [, channels = 0, width = 0] = dims;
  const features = { data: data as Float32Array, batch: 1, channels, height: 1, width };
  const gelu = curveOf('gelu')!;
  const first = mapped(await convolution(tensors, 'encoder.conv1', features, { padding: [0, 1] }), gelu);
  return mapped(await convolution(tensors, 'encoder.conv2', first, { stride: [1, 2], padding: [0, 1] }), gelu);
}

async function memories(config: Config, tensors: Tensors, last: Float32Array): Promise<[string, Float32Array][]> {
  const heads = config.size('decoder_attention_heads', 6);
  const parts: [string, Float32Array][] = [];
  for (let layer = 0; layer < config.size('decoder_layers', 4); layer++)
    for (const part of ['key', 'value'] as const) {
      const states = await tensors.dense(`decoder.layers.${layer}.encoder_attn.${part[0]}_proj`, last);
      parts.push([`present.${layer}.encoder.${part}`, byHeads(states, heads, framesOf(config))]);
    }
  return parts;
}

/** [frames, heads·size] → [heads, frames, size] */
function byHeads(states: Float32Array, heads: number, frames: number): Float32Array {
  const size = states.length / heads / frames;
  const split = new Float32Array(states.length);
  for (let frame = 0; frame < frames; frame++)
    for (let head = 0; head < heads; head++) {
      const from = (frame * heads + head) * size;
      split.set(states.subarray(from, from + size), (head * frames + frame) * size);
    }
  return split;
}
