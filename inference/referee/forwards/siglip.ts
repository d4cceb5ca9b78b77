import type { Config } from '../../compile/config.js';
import { add, addRow, attention, linear } from '../arrays.js';
import { mapOf } from '../madeInputs.js';
import { convolution, planeMeans, toMap, toTokens } from '../maps.js';
import { sequence } from '../random.js';
import { Tensors } from '../tensors.js';
import { curveNamed, forwarded, normOf } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee, Shortened } from '../types.js';
import {
  towerBatch as batch,
  nearness,
  ofLengthOne,
  passTower,
  type Towered,
  towerCost,
  towerImages,
  towerNames,
  towerPart,
  towerTexts,
  twoTowers,
} from './towers.js';
import { joined, tokensAt } from './visionTransformer.js';

/** Patches along a side that are looked at. */
const mostPatches = 3;
const usual = { heads: 12, epsilon: 1e-6, curve: 'gelu_pytorch_tanh' } as const;

/** SigLIP (arXiv 2303.15343): a tower for texts, one for images, and how well each text fits each image. */
const both: Referee = {
  modelTypes: ['siglip'],
  ...twoTowers(fewerPatches),
  layerCost: (config) => {
    const text = towerPart(config, 'text_config');
    const vision = towerPart(config, 'vision_config');
    return towerCost(text, textLength(text)) + towerCost(vision, sideOf(vision) ** 2);
  },
  feeds: (config) => ({
    ...textFeeds(towerPart(config, 'text_config')),
    ...imageFeeds(towerPart(config, 'vision_config')),
  }),
  forward: passBoth,
};

const images: Referee = {
  modelTypes: ['siglip_vision_model'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  shorten: fewerPatches,
  layerCost: (config) => towerCost(config, sideOf(config) ** 2),
  feeds: imageFeeds,
  forward: passImage,
};

export const siglipReferees: readonly Referee[] = [both, images];

/** Patches along a side. */
function sideOf(config: Config): number {
  return Math.floor(config.size('image_size', 224) / config.size('patch_size', 16));
}

function fewerPatches(config: Config): Shortened {
  const side = Math.min(mostPatches, sideOf(config));
  return {
    json: { image_size: side * config.size('patch_size', 16) },
    tables: [[/vision_model\.embeddings\.position_embedding\.weight$/, side * side]],
  };
}

function imageFeeds(config: Config): Feeds {
  return towerImages(config, 18);
}

function textLength(config: Config): number {
  return Math.min(10, config.size('max_position_embeddings', 64));
}

/** The second text ends earlier, and the token that stands for it is padding, as in training. */
function textFeeds(config: Config): Feeds {
  const [length, next] = [textLength(config), sequence(19)];
  const words = config.size('vocab_size', 32_000);
  const ids = Array.from({ length: batch * length }, () => next(words));
  return towerTexts(
    ids,
    ids.map((_, at) => (isSeen(length, at) ? 1 : 0)),
  );
}

function isSeen(length: number, at: number): boolean {
  return at < length + Math.max(1, length - 3);
}

async function passImage({ config, weights, feeds, depth, hasHead }: ForwardInput): Promise<Passed> {
  const layers = new Map<string, Float32Array>();
  const tensors = new Tensors(weights);
  const tokens = await passImages({ config, tensors, feeds, depth, layers });
  if (!hasHead) return { layers, outputs: new Map() };
  const outputs = new Map([['last_hidden_state', tokens]]);
  if (config.flag('vision_use_head', true)) outputs.set('pooler_output', await asked(config, tensors, tokens));
  return { layers, outputs };
}

async function passBoth({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const layers = new Map<string, Float32Array>();
  const tensors = new Tensors(weights);
  const vision = towerPart(config, 'vision_config');
  const patches = await passImages({ config: vision, tensors, feeds, depth, layers });
  if (className.endsWith('ForImageClassification')) {
    const logits = hasHead ? [['logits', await tensors.dense('classifier', means(vision, patches))] as const] : [];
    return { layers, outputs: new Map(logits) };
  }
  const last = await passTexts({ config: towerPart(config, 'text_config'), tensors, feeds, depth, layers });
  if (!hasHead) return { layers, outputs: new Map() };
  const imageEmbeds = ofLengthOne(await asked(vision, tensors, patches));
  const textEmbeds = ofLengthOne(await tensors.dense('text_model.head', last));
  const scale = Math.exp((await tensors.read('logit_scale'))[0]!);
  const more = await tensors.read('logit_bias');
  const outputs = new Map([
    ['image_embeds', imageEmbeds],
    ['text_embeds', textEmbeds],
    ['logits_per_image', addRow(nearness(imageEmbeds, textEmbeds, scale), more)],
    ['logits_per_text', addRow(nearness(textEmbeds, imageEmbeds, scale), more)],
  ]);
  return { layers, outputs };
}

/** [batch, patches, size] */
async function passImages({ config, tensors, feeds, depth, layers }: Towered): Promise<Float32Array> {
  const tower = 'vision_model';
  const stride = config.size('patch_size', 16);
  const pixels = mapOf(feeds, 'pixel_values');
  const patches = toTokens(await convolution(tensors, `${tower}.embeddings.patch_embedding`, pixels, { stride }));
  const places = await tensors.read(`${tower}.embeddings.position_embedding.weight`);
  const placed = addRow(patches, places);
  const x = await passTower(config, tensors, tower, usual, placed, depth, layers);
  return normOf(tensors, `${tower}.post_layernorm`, x, epsilonOf(config));
}

/** [batch, size]: what the last token of each text knows. */
async function passTexts({ config, tensors, feeds, depth, layers }: Towered): Promise<Float32Array> {
  const tower = 'text_model';
  const length = textLength(config);
  const ids = Array.from(feeds.input_ids!.data as BigInt64Array, Number);
  const words = await tensors.rows(`${tower}.embeddings.token_embedding`, ids);
  const places = await tensors.rows(
    `${tower}.embeddings.position_embedding`,
    ids.map((_, at) => at % length),
  );
  const bias = (row: number, _: number, __: number, key: number) =>
    isSeen(length, row * length + key) ? 0 : Number.NEGATIVE_INFINITY;
  const x = await passTower(config, tensors, tower, { ...usual, bias }, add(words, places), depth, layers);
  const tokens = await normOf(tensors, `${tower}.final_layer_norm`, x, epsilonOf(config));
  return tokensAt(tokens, batch, tokens.length / batch / length, length - 1);
}

function epsilonOf(config: Config): number {
  return config.number('layer_norm_eps', usual.epsilon);
}

/** [batch, size]: what one learnt question hears of all patches. */
async function asked(config: Config, tensors: Tensors, patches: Float32Array): Promise<Float32Array> {
  const name = 'vision_model.head';
  const probe = await tensors.read(`${name}.probe`);
  const size = probe.length;
  const heads = config.size('num_attention_heads', usual.heads);
  const shape = {
    batch,
    queries: 1,
    keys: patches.length / batch / size,
    heads,
    keyHeads: heads,
    headSize: size / heads,
  };
  const scale = shape.headSize ** -0.5;
  const part = await threeInOne(tensors, `${name}.attention.in_proj`, size);
  const questions = joined(Array.from({ length: batch }, () => part(probe, 0)));
  const seen = attention(questions, part(patches, 1), part(patches, 2), { ...shape, scale }, () => 0);
  const mixed = await tensors.dense(`${name}.attention.out_proj`, seen);
  const normed = await normOf(tensors, `${name}.layernorm`, mixed, epsilonOf(config));
  const curve = curveNamed(config, 'hidden_act', usual.curve);
  return add(mixed, await forwarded(tensors, name, { names: towerNames, curve }, normed));
}

/** Layers for queries, keys and values that are stored one upon the other. */
async function threeInOne(tensors: Tensors, name: string, size: number) {
  const [weight, bias] = [await tensors.read(`${name}_weight`), await tensors.read(`${name}_bias`)];
  return (x: Float32Array, which: number) =>
    linear(
      x,
      weight.subarray(which * size * size, (which + 1) * size * size),
      bias.subarray(which * size, (which + 1) * size),
      size,
    );
}

/** [batch, size]: the mean of all patches. */
function means(config: Config, patches: Float32Array): Float32Array {
  const side = sideOf(config);
  return planeMeans(toMap(patches, batch, side, side));
}
