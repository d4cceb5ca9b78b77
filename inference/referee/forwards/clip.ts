import type { Config } from '../../compile/config.js';
import { add } from '../arrays.js';
import { mapOf } from '../madeInputs.js';
import { convolution, toTokens } from '../maps.js';
import { sequence } from '../random.js';
import { Tensors } from '../tensors.js';
import { normOf } from '../transformerLayer.js';
import type { Feeds, ForwardInput, Passed, Referee, Shortened } from '../types.js';
import {
  towerBatch as batch,
  nearness,
  ofLengthOne,
  passTower,
  type Tower,
  type Towered,
  towerCost,
  towerImages,
  towerPart,
  towerTexts,
  twoTowers,
} from './towers.js';
import { joined, tokensAt } from './visionTransformer.js';

/** Patches along a side that are looked at. */
const mostPatches = 3;
const usual = { epsilon: 1e-5, curve: 'quick_gelu' } as const;

/** CLIP (arXiv 2103.00020): a tower for texts, a tower for images, and how near their answers are. */
const both: Referee = {
  modelTypes: ['clip'],
  ...twoTowers(fewerPatches),
  layerCost: (config) => {
    const vision = towerPart(config, 'vision_config');
    return (
      towerCost(towerPart(config, 'text_config'), textLength(towerPart(config, 'text_config'))) +
      towerCost(vision, patchesOf(vision) + 1)
    );
  },
  feeds: (config) => ({
    ...textFeeds(towerPart(config, 'text_config')),
    ...imageFeeds(towerPart(config, 'vision_config')),
  }),
  forward: passBoth,
};

const texts: Referee = {
  modelTypes: ['clip_text_model'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  layerCost: (config) => towerCost(config, textLength(config)),
  feeds: textFeeds,
  forward: (input) => passOne(input, 'text'),
};

const images: Referee = {
  modelTypes: ['clip_vision_model'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  shorten: fewerPatches,
  layerCost: (config) => towerCost(config, patchesOf(config) + 1),
  feeds: imageFeeds,
  forward: (input) => passOne(input, 'image'),
};

export const clipReferees: readonly Referee[] = [both, texts, images];

function fewerPatches(config: Config): Shortened {
  const patch = config.size('patch_size', 32);
  const side = Math.min(mostPatches, Math.floor(config.size('image_size', 224) / patch));
  return {
    json: { image_size: side * patch },
    tables: [[/vision_model\.embeddings\.position_embedding\.weight$/, side * side + 1]],
  };
}

function patchesOf(config: Config): number {
  return Math.floor(config.size('image_size', 224) / config.size('patch_size', 32)) ** 2;
}

function imageFeeds(config: Config): Feeds {
  return towerImages(config, 10);
}

function textLength(config: Config): number {
  return Math.min(10, config.size('max_position_embeddings', 77));
}

/** The token at the end of a text. Files that say 2 mean the highest. */
function endOf(config: Config): number {
  const end = config.integer('eos_token_id', 49407) ?? 49407;
  return end === 2 ? config.size('vocab_size', 49408) - 1 : end;
}

/** Place of the end in each row; what is behind it is padding. */
function endPlaces(config: Config): readonly [number, number] {
  const length = textLength(config);
  return [length - 1, Math.max(0, length - 4)];
}

function textFeeds(config: Config): Feeds {
  const [length, end, next] = [textLength(config), endOf(config), sequence(11)];
  const places = endPlaces(config);
  const words = Math.min(end, config.size('vocab_size', 49408));
  const ids = Array.from({ length: batch * length }, (_, at) =>
    at % length === places[at < length ? 0 : 1] ? end : next(words),
  );
  const mask = ids.map((_, at) => (isPadding(config, at < length ? 0 : 1, at % length) ? 0 : 1));
  return towerTexts(ids, mask);
}

function isPadding(config: Config, row: number, place: number): boolean {
  return place > endPlaces(config)[row]!;
}

async function passOne(
  { config, weights, feeds, depth, hasHead, className }: ForwardInput,
  kind: 'text' | 'image',
): Promise<Passed> {
  const tensors = new Tensors(weights, '');
  const layers = new Map<string, Float32Array>();
  const pass = kind === 'text' ? passTexts : passImages;
  const { tokens, pooled } = await pass({ config, tensors, feeds, depth, layers });
  if (!hasHead) return { layers, outputs: new Map() };
  const outputs = new Map([['last_hidden_state', tokens]]);
  const projection = kind === 'text' ? 'text_projection' : 'visual_projection';
  if (className.endsWith('WithProjection')) outputs.set(`${kind}_embeds`, await tensors.dense(projection, pooled));
  else outputs.set('pooler_output', pooled);
  return { layers, outputs };
}

async function passBoth({ config, weights, feeds, depth, hasHead, className }: ForwardInput): Promise<Passed> {
  const tensors = new Tensors(weights, '');
  const layers = new Map<string, Float32Array>();
  const outputs = new Map<string, Float32Array>();
  const image = await passImages({ config: towerPart(config, 'vision_config'), tensors, feeds, depth, layers });
  if (className.endsWith('ForImageClassification')) {
    const size = image.pooled.length / batch;
    if (hasHead) outputs.set('logits', await tensors.dense('classifier', patchMeans(image.tokens, size)));
    return { layers, outputs };
  }
  const text = await passTexts({ config: towerPart(config, 'text_config'), tensors, feeds, depth, layers });
  if (!hasHead) return { layers, outputs };
  const imageEmbeds = ofLengthOne(await tensors.dense('visual_projection', image.pooled));
  const textEmbeds = ofLengthOne(await tensors.dense('text_projection', text.pooled));
  const scale = Math.exp((await tensors.read('logit_scale'))[0]!);
  outputs.set('image_embeds', imageEmbeds);
  outputs.set('text_embeds', textEmbeds);
  outputs.set('logits_per_image', nearness(imageEmbeds, textEmbeds, scale));
  outputs.set('logits_per_text', nearness(textEmbeds, imageEmbeds, scale));
  return { layers, outputs };
}

async function passImages({ config, tensors, feeds, depth, layers }: Towered): Promise<Tower> {
  const tower = 'vision_model';
  const stride = config.size('patch_size', 32);
  const patches = toTokens(
    await convolution(tensors, `${tower}.embeddings.patch_embedding`, mapOf(feeds, 'pixel_values'), { stride }),
  );
  const first = await tensors.read(`${tower}.embeddings.class_embedding`);
  const places = await tensors.read(`${tower}.embeddings.position_embedding.weight`);
  const row = (index: number) =>
    patches.subarray((index * patches.length) / batch, ((index + 1) * patches.length) / batch);
  const embedded = joined([add(joined([first, row(0)]), places), add(joined([first, row(1)]), places)]);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  // The name is spelt so in all files.
  const normed = await normOf(tensors, `${tower}.pre_layrnorm`, embedded, epsilon);
  const tokens = await passTower(config, tensors, tower, { ...usual, heads: 12 }, normed, depth, layers);
  const pooled = await normOf(tensors, `${tower}.post_layernorm`, tokensAt(tokens, batch, first.length, 0), epsilon);
  return { tokens, pooled };
}

async function passTexts({ config, tensors, feeds, depth, layers }: Towered): Promise<Tower> {
  const tower = 'text_model';
  const ids = Array.from(feeds.input_ids!.data as BigInt64Array, Number);
  const length = textLength(config);
  const words = await tensors.rows(`${tower}.embeddings.token_embedding`, ids);
  const places = await tensors.rows(
    `${tower}.embeddings.position_embedding`,
    ids.map((_, at) => at % length),
  );
  const bias = (row: number, _: number, query: number, key: number) =>
    key > query || isPadding(config, row, key) ? Number.NEGATIVE_INFINITY : 0;
  const x = await passTower(config, tensors, tower, { ...usual, heads: 8, bias }, add(words, places), depth, layers);
  const tokens = await normOf(tensors, `${tower}.final_layer_norm`, x, config.number('layer_norm_eps', 1e-5));
  const size = tokens.length / batch / length;
  const [one, other] = endPlaces(config);
  const pooled = joined([
    tokens.subarray(one * size, (one + 1) * size),
    tokens.subarray((length + other) * size, (length + other + 1) * size),
  ]);
  return { tokens, pooled };
}

/** [batch, size]: the mean of all tokens but the first. */
function patchMeans(tokens: Float32Array, size: number): Float32Array {
  const count = tokens.length / batch / size;
  return Float32Array.from({ length: batch * size }, (_, at) => {
    const start = Math.floor(at / size) * count * size + (at % size);
    let sum = 0;
    for (let place = 1; place < count; place++) sum += tokens[start + place * size]!;
    return sum / (count - 1);
  });
}
