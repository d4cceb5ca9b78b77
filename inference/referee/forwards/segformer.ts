import type { Config } from '../../compile/config.js';
import { add, attention } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { batchNorm, type ChannelMap, convolution, mapped, planeMeans, toMap, toTokens } from '../maps.js';
import { resized } from '../resizing.js';
import { Tensors } from '../tensors.js';
import { curveNamed, normOf } from '../transformerLayer.js';
import type { ForwardInput, Passed, Referee } from '../types.js';

const batch = 2;
const image = [67, 99] as const;
/** Of all norms, whatever config.json says. */
const epsilon = 1e-5;

/** SegFormer (arXiv 2105.15203): stages of layers whose keys and values come from a smaller map. */
export const segformerReferee: Referee = {
  modelTypes: ['segformer'],
  graph: 'model',
  layersKey: 'depths',
  layerCost: (config) => {
    const points = (image[0] * image[1]) / 16;
    const ofStage = (size: number, stage: number) => (12 * size * size * points) / 4 ** stage;
    return (
      batch * config.sizes('hidden_sizes', [32, 64, 160, 256]).reduce((sum, size, at) => sum + ofStage(size, at), 0)
    );
  },
  feeds: (config) => ({ pixel_values: noise(8, [batch, config.size('num_channels', 3), ...image]) }),
  forward: passSegformer,
};

async function passSegformer({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, 'segformer.');
  const layers = new Map<string, Float32Array>();
  const maps: ChannelMap[] = [];
  const depths = config.sizes('depths', [2, 2, 2, 2]).slice(0, config.size('num_encoder_blocks', 4));
  for (const [stage, count] of depths.entries()) {
    const places = `encoder.patch_embeddings.${stage}`;
    const stride = config.sizes('strides', [4, 2, 2, 2])[stage]!;
    const padding = Math.floor(config.sizes('patch_sizes', [7, 3, 3, 3])[stage]! / 2);
    const before = maps.at(-1) ?? mapOf(feeds, 'pixel_values');
    let x = await normed(
      tensors,
      `${places}.layer_norm`,
      await convolution(tensors, `${places}.proj`, before, { stride, padding }),
    );
    for (let layer = 0; layer < Math.min(count, depth); layer++) {
      const name = `encoder.block.${stage}.${layer}`;
      x = await passLayer(config, tensors, name, x, stage);
      layers.set(name, toTokens(x));
    }
    maps.push(await normed(tensors, `encoder.layer_norm.${stage}`, x));
  }
  if (!hasHead) return { layers, outputs: new Map() };
  return { layers, outputs: await outputsOf(config, tensors, className, maps) };
}

async function normed(tensors: Tensors, name: string, x: ChannelMap): Promise<ChannelMap> {
  return toMap(await normOf(tensors, name, toTokens(x), epsilon), x.batch, x.height, x.width);
}

async function passLayer(
  config: Config,
  tensors: Tensors,
  name: string,
  x: ChannelMap,
  stage: number,
): Promise<ChannelMap> {
  const heads = config.sizes('num_attention_heads', [1, 2, 5, 8])[stage]!;
  const seen = await attended(tensors, `${name}.attention`, await normed(tensors, `${name}.layer_norm_1`, x), heads);
  const mixed = { ...x, data: add(x.data, seen.data) };
  const curve = curveNamed(config, 'hidden_act', 'gelu');
  const changed = await forwarded(tensors, `${name}.mlp`, await normed(tensors, `${name}.layer_norm_2`, mixed), curve);
  return { ...x, data: add(mixed.data, changed.data) };
}

async function attended(tensors: Tensors, name: string, x: ChannelMap, heads: number): Promise<ChannelMap> {
  const points = toTokens(x);
  const fewer = await reduced(tensors, `${name}.self`, x);
  const headSize = x.channels / heads;
  const seen = attention(
    await tensors.dense(`${name}.self.query`, points),
    await tensors.dense(`${name}.self.key`, fewer),
    await tensors.dense(`${name}.self.value`, fewer),
    {
      batch,
      queries: x.height * x.width,
      keys: fewer.length / batch / x.channels,
      heads,
      keyHeads: heads,
      headSize,
      scale: headSize ** -0.5,
    },
    () => 0,
  );
  return toMap(await tensors.dense(`${name}.output.dense`, seen), batch, x.height, x.width);
}

/** What keys and values are made of: a smaller map, where the stage has a convolution for it. */
async function reduced(tensors: Tensors, name: string, x: ChannelMap): Promise<Float32Array> {
  if (!tensors.has(`${name}.sr.weight`)) return toTokens(x);
  const stride = tensors.shapeOf(`${name}.sr.weight`)[2]!;
  return normOf(
    tensors,
    `${name}.layer_norm`,
    toTokens(await convolution(tensors, `${name}.sr`, x, { stride })),
    epsilon,
  );
}

/** A linear layer, a convolution of each channel, a curve and a linear layer. */
async function forwarded(tensors: Tensors, name: string, x: ChannelMap, curve: (value: number) => number) {
  const wide = toMap(await tensors.dense(`${name}.dense1`, toTokens(x)), batch, x.height, x.width);
  const placed = await convolution(tensors, `${name}.dwconv.dwconv`, wide, { padding: 1, groups: wide.channels });
  const narrow = await tensors.dense(`${name}.dense2`, toTokens(placed).map(curve));
  return toMap(narrow, batch, x.height, x.width);
}

async function outputsOf(
  config: Config,
  tensors: Tensors,
  className: string,
  maps: readonly ChannelMap[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const last = maps.at(-1)!;
  if (className.endsWith('ForSemanticSegmentation')) return new Map([['logits', await segmented(tensors, maps)]]);
  const state = config.flag('reshape_last_stage', true) ? last.data : toTokens(last);
  const outputs = new Map([['last_hidden_state', state]]);
  if (className.endsWith('ForImageClassification'))
    outputs.set('logits', await tensors.dense('classifier', planeMeans(last)));
  return outputs;
}

/** All stages as large as the first, the last of them foremost, become labels. */
async function segmented(tensors: Tensors, maps: readonly ChannelMap[]): Promise<Float32Array> {
  const { height, width } = maps[0]!;
  const scaled: ChannelMap[] = [];
  for (const [stage, map] of maps.entries()) {
    const narrow = await tensors.dense(`decode_head.linear_c.${stage}.proj`, toTokens(map));
    scaled.unshift(resized(toMap(narrow, batch, map.height, map.width), height, width));
  }
  const fused = await convolution(tensors, 'decode_head.linear_fuse', stacked(scaled));
  const normedMap = await batchNorm(tensors, 'decode_head.batch_norm', fused);
  const active = mapped(normedMap, (value) => Math.max(0, value));
  return (await convolution(tensors, 'decode_head.classifier', active)).data;
}

/** Maps of one size, their channels one after the other. */
function stacked(maps: readonly ChannelMap[]): ChannelMap {
  const { height, width } = maps[0]!;
  const channels = maps.reduce((sum, map) => sum + map.channels, 0);
  const data = new Float32Array(batch * channels * height * width);
  let at = 0;
  for (let row = 0; row < batch; row++)
    for (const map of maps) {
      const count = map.data.length / batch;
      data.set(map.data.subarray(row * count, (row + 1) * count), at);
      at += count;
    }
  return { data, batch, channels, height, width };
}
