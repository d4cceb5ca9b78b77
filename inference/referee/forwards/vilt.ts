import type { Config } from '../../compile/config.js';
import type { TypedTensor } from '../../pipelines/model.js';
import { add, addRow } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { integers, numbersOf, rows, vocabularyOf } from '../madeTexts.js';
import { convolution, toMap, toTokens } from '../maps.js';
import { NamedWeights } from '../namedWeights.js';
import { resized, sampled } from '../resizing.js';
import type { Feeds, ForwardInput, Passed, Referee } from '../types.js';
import { joined, passVitLayers, tokensAt, vitLayerCost } from './visionTransformer.js';

/** Patches of the made images, and of the second one those that are no padding. */
const grid = [3, 4] as const;
const shown = [2, 3] as const;
const mostWords = 7;

/** ViLT (arXiv 2102.03334): one transformer over the words of a text and the patches of an image. */
export const viltReferee: Referee = {
  modelTypes: ['vilt'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  layerCost: (config) => rows * vitLayerCost(config, wordsOf(config) + 1 + grid[0] * grid[1]),
  feeds: feedsOf,
  forward: passVilt,
};

function wordsOf(config: Config): number {
  return Math.min(mostWords, config.size('max_position_embeddings', 40));
}

/** The second text ends with a word of padding. */
function feedsOf(config: Config): Feeds {
  const { word } = vocabularyOf(config);
  const count = wordsOf(config);
  const places = Array.from({ length: rows * count }, (_, at) => at);
  const patch = config.size('patch_size', 32);
  const [height, width] = [grid[0] * patch, grid[1] * patch];
  const isShown = (at: number) => {
    const [y, z] = [Math.floor(at / width) % height, at % width];
    return at < height * width || (y < shown[0] * patch && z < shown[1] * patch);
  };
  const mask = BigInt64Array.from({ length: rows * height * width }, (_, at) => (isShown(at) ? 1n : 0n));
  return {
    input_ids: integers(places.map(word)),
    token_type_ids: integers(places.map((at) => (at % count > 3 ? 1 : 0))),
    attention_mask: integers(places.map((at) => (at === rows * count - 1 ? 0 : 1))),
    pixel_values: noise(14, [rows, config.size('num_channels', 3), height, width]),
    pixel_mask: { type: 'int64', data: mask, dims: [rows, height, width] },
  };
}

async function passVilt(input: ForwardInput): Promise<Passed> {
  const { config, feeds, weights, className, hasHead } = input;
  const pass = new NamedWeights(config, weights, ['vilt.']);
  const epsilon = config.number('layer_norm_eps', 1e-12);
  const [words, patches] = [await wordTokens(pass, feeds, epsilon), await patchTokens(pass, feeds)];
  const perRow = (tokens: Float32Array) => tokens.length / rows;
  const embedded = joined(
    Array.from({ length: rows }, (_, row) =>
      [words, patches].map((tokens) => tokens.subarray(row * perRow(tokens), (row + 1) * perRow(tokens))),
    ).flat(),
  );
  const seen = visible(feeds);
  const { layers, x } = await passVitLayers(input, pass, rows, embedded, {
    bias: (row, _, __, key) => (seen[row]![key] ? 0 : Number.NEGATIVE_INFINITY),
  });
  if (!hasHead) return { layers, outputs: new Map() };
  const last = await pass.norm('layernorm', x, epsilon);
  const first = tokensAt(last, rows, config.size('hidden_size', 768), 0);
  const pooled = pass.activate(await pass.dense('pooler.dense', first), 'tanh');
  const outputs = new Map([['pooler_output', pooled]]);
  if (!className.endsWith('ForQuestionAnswering')) return { layers, outputs: outputs.set('last_hidden_state', last) };
  const wide = pass.activate(await pass.norm('classifier.1', await pass.dense('classifier.0', pooled), 1e-5), 'gelu');
  return { layers, outputs: outputs.set('logits', await pass.dense('classifier.3', wide)) };
}

async function wordTokens(pass: NamedWeights, feeds: Feeds, epsilon: number): Promise<Float32Array> {
  const name = 'embeddings.text_embeddings';
  const ids = numbersOf(feeds.input_ids);
  const places = ids.map((_, at) => at % (ids.length / rows));
  const typed = add(
    await pass.rows(`${name}.word_embeddings`, ids),
    await pass.rows(`${name}.token_type_embeddings`, numbersOf(feeds.token_type_ids)),
  );
  const placed = add(typed, await pass.rows(`${name}.position_embeddings`, places));
  return addRow(await pass.norm(`${name}.LayerNorm`, placed, epsilon), await kindOf(pass, 0));
}

/** What is added to all words, or to all of an image. */
function kindOf(pass: NamedWeights, kind: number): Promise<Float32Array> {
  return pass.rows('embeddings.token_type_embeddings', [kind]);
}

/** The first token and the patches of each image, whose learnt places span what is no padding. */
async function patchTokens(pass: NamedWeights, feeds: Feeds): Promise<Float32Array> {
  const stride = pass.config.size('patch_size', 32);
  const projection = 'embeddings.patch_embeddings.projection';
  const patches = toTokens(await convolution(pass, projection, mapOf(feeds, 'pixel_values'), { stride }));
  const learnt = await pass.read('embeddings.position_embeddings');
  const size = pass.config.size('hidden_size', 768);
  const side = Math.sqrt(learnt.length / size - 1);
  const map = toMap(learnt.subarray(size), 1, side, side);
  const first = add(await pass.read('embeddings.cls_token'), learnt.subarray(0, size));
  const perRow = patches.length / rows;
  const tokens = [grid, shown].map(([height, width], row) => {
    const own = toTokens(resized(map, height, width, { corners: true }));
    const placed = patches.slice(row * perRow, (row + 1) * perRow);
    for (let y = 0; y < height; y++)
      for (let at = 0; at < width * size; at++) placed[y * grid[1] * size + at]! += own[y * width * size + at]!;
    return joined([first, placed]);
  });
  return addRow(joined(tokens), await kindOf(pass, 1));
}

/** By row: whether each word and each patch is no padding. */
function visible(feeds: Feeds): readonly (readonly number[])[] {
  const words = numbersOf(feeds.attention_mask);
  const { dims } = feeds.pixel_mask as TypedTensor;
  const [height = 0, width = 0] = dims.slice(1);
  const patches = sampled(numbersOf(feeds.pixel_mask), [rows, height, width], ...grid);
  const ofRow = (all: readonly number[], row: number) =>
    all.slice((row * all.length) / rows, ((row + 1) * all.length) / rows);
  return Array.from({ length: rows }, (_, row) => [...ofRow(words, row), 1, ...ofRow(patches, row)]);
}
