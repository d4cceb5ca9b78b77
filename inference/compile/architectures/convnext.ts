import { activate, activationOf } from '../blocks/activation.js';
import { convolution } from '../blocks/convolution.js';
import { meanOfMap, pixelInput } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { channelNorm, layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** ConvNeXt (arXiv 2201.03545), as transformers' `modeling_convnext` names and computes it. */
export const convnext: Architecture = {
  modelTypes: ['convnext'],
  heads: ['Model', 'ForImageClassification'],
  build: (source) => buildConvnext(source, 'convnext.', layerScale),
};

/** ConvNeXt V2 (arXiv 2301.00808): the first one with a norm over the image in each layer. */
export const convnextV2: Architecture = {
  modelTypes: ['convnextv2'],
  heads: ['Model', 'ForImageClassification'],
  build: (source) => buildConvnext(source, 'convnextv2.', { widened: responseNorm, narrowed: (_g, _config, x) => x }),
};

type Step = (g: GraphBuilder, config: Config, x: Value, name: string, size: number) => Value;

/** What the two versions do differently in a layer: before and after it is made narrow again. */
interface Version {
  readonly widened: Step;
  readonly narrowed: Step;
}

const epsilon = 1e-6;

const layerScale: Version = {
  widened: (_g, _config, x) => x,
  narrowed: (g, config, x, name, size) =>
    config.number('layer_scale_init_value', 1e-6) > 0 ? g.mul(x, g.weight(`${name}.layer_scale_parameter`, [size])) : x,
};

/** How strong a channel is over the image [batch, height, width, size], compared with the others. */
function responseNorm(g: GraphBuilder, _config: Config, x: Value, name: string, size: number): Value {
  const strength = g.op('Sqrt', [g.sum(g.mul(x, x), [1, 2])]);
  const compared = g.div(strength, g.add(g.mean(strength, [-1]), g.float(epsilon)));
  const part = (one: string) => g.weight(`${name}.grn.${one}`, [1, 1, 1, size]);
  return g.add(g.add(g.mul(part('weight'), g.mul(x, compared)), part('bias')), x);
}

function buildConvnext({ config, weights, head }: Source, prefix: string, version: Version) {
  const g = new GraphBuilder(weights.withoutPrefix(prefix));
  const sizes = config.sizes('hidden_sizes', [96, 192, 384, 768]);
  const depths = config.sizes('depths', [3, 3, 9, 3]);
  if (sizes.length !== config.size('num_stages', 4) || depths.length !== sizes.length)
    throw refusal('config.json has different counts of num_stages, hidden_sizes and depths');
  let map = embeddings(g, config, sizes[0]!);
  depths.forEach((depth, stage) => {
    const name = `encoder.stages.${stage}`;
    const size = sizes[stage]!;
    if (stage > 0) map = downsample(g, `${name}.downsampling_layer`, map, sizes[stage - 1]!, size);
    for (let layer = 0; layer < depth; layer++) {
      const one = `${name}.layers.${layer}`;
      map = g.tap(one, convnextLayer(g, config, one, map, size, version));
    }
  });
  const size = sizes.at(-1)!;
  const pooled = layerNorm(g, meanOfMap(g, map), 'layernorm', config.number('layer_norm_eps', 1e-12), size);
  g.output('last_hidden_state', map, ['batch_size', size, 'rows', 'columns']);
  g.output('pooler_output', pooled, ['batch_size', size]);
  if (head === 'ForImageClassification') {
    const options = { inputs: size, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, pooled, 'classifier', options), ['batch_size', 'labels']);
  }
  return [{ name: 'model', graph: g }];
}

function embeddings(g: GraphBuilder, config: Config, size: number): Value {
  const kernel = config.pair('patch_size', 4);
  const channels = config.size('num_channels', 3);
  const options = { inputs: channels, outputs: size, kernel, stride: kernel };
  const patches = convolution(g, pixelInput(g, channels), 'embeddings.patch_embeddings', options);
  return channelNorm(g, patches, 'embeddings.layernorm', epsilon, size);
}

function downsample(g: GraphBuilder, name: string, map: Value, inputs: number, outputs: number): Value {
  const normed = channelNorm(g, map, `${name}.0`, epsilon, inputs);
  return convolution(g, normed, `${name}.1`, { inputs, outputs, kernel: 2, stride: 2 });
}

function convnextLayer(g: GraphBuilder, config: Config, name: string, map: Value, size: number, version: Version) {
  const options = { inputs: size, outputs: size, kernel: 7, padding: 3, groups: size };
  const mixed = g.transpose(convolution(g, map, `${name}.dwconv`, options), [0, 2, 3, 1]);
  const normed = layerNorm(g, mixed, `${name}.layernorm`, epsilon, size);
  const wide = linear(g, normed, `${name}.pwconv1`, { inputs: size, outputs: 4 * size, bias: true });
  const active = activate(g, wide, activationOf(config, 'hidden_act', 'gelu'));
  const widened = version.widened(g, config, active, name, 4 * size);
  const narrow = linear(g, widened, `${name}.pwconv2`, { inputs: 4 * size, outputs: size, bias: true });
  return g.add(map, g.transpose(version.narrowed(g, config, narrow, name, size), [0, 3, 1, 2]));
}
