import type { Size } from '../blocks/convolution.js';
import { boxes, predictionHead } from '../blocks/detectionHead.js';
import { forEachRow, gridOf, patchTokens, pixelInput, resize, toTokens } from '../blocks/image.js';
import { layerNorm } from '../blocks/norm.js';
import { visionLayer, visionSizes } from '../blocks/visionLayer.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** YOLOS (arXiv 2106.00666), as transformers' `modeling_yolos` names and computes it: ViT with a token for each object. */
export const yolos: Architecture = {
  modelTypes: ['yolos'],
  heads: ['ForObjectDetection'],
  build: buildYolos,
};

function buildYolos({ config, weights }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('vit.'));
  const sizes = visionSizes(config);
  const { size, layers, epsilon } = sizes;
  const places = placesOf(config, size);
  const pixels = pixelInput(g, config.size('num_channels', 3));
  const grid = g.div(gridOf(g, pixels), g.integers([places.patch, places.patch]));
  const middle = config.flag('use_mid_position_embeddings', true) ? middlePositions(g, places, layers - 1) : null;
  let x = embeddings(g, config, places, pixels, grid);
  for (let layer = 0; layer < layers; layer++) {
    const name = `encoder.layer.${layer}`;
    x = visionLayer(g, sizes, name, x);
    if (middle && layer < layers - 1) x = g.add(x, positions(g, middle(layer), places, grid));
    g.tap(name, x);
  }
  const normed = layerNorm(g, x, 'layernorm', epsilon, size);
  const objects = g.slice(normed, 1, -places.objects, Number.MAX_SAFE_INTEGER);
  const labels = config.labels() + 1;
  const logits = predictionHead(g, objects, 'class_labels_classifier', size, labels);
  g.output('logits', logits, ['batch_size', 'queries', labels]);
  g.output('pred_boxes', boxes(g, objects, size), ['batch_size', 'queries', 4]);
  g.output('last_hidden_state', normed, ['batch_size', 'sequence_length', size]);
  return [{ name: 'model', graph: g }];
}

/** What the learnt positions were made for. */
interface Places {
  readonly size: number;
  readonly patch: number;
  /** Patches down and to the right. */
  readonly grid: Size;
  readonly objects: number;
}

function placesOf(config: Config, size: number): Places {
  const patch = config.size('patch_size', 16);
  const [height, width] = config.pair('image_size', [512, 864]);
  const grid = [Math.floor(height / patch), Math.floor(width / patch)] as const;
  return { size, patch, grid, objects: config.size('num_detection_tokens', 100) };
}

function countOf({ grid, objects }: Places): number {
  return 1 + grid[0] * grid[1] + objects;
}

function embeddings(g: GraphBuilder, config: Config, places: Places, pixels: Value, grid: Value): Value {
  const { size, patch, objects } = places;
  const options = { inputs: config.size('num_channels', 3), outputs: size, kernel: patch };
  const patches = patchTokens(g, pixels, 'embeddings.patch_embeddings.projection', options);
  const first = forEachRow(g, g.weight('embeddings.cls_token', [1, 1, size]), pixels);
  const last = forEachRow(g, g.weight('embeddings.detection_tokens', [1, objects, size]), pixels);
  const learnt = g.weight('embeddings.position_embeddings', [1, countOf(places), size]);
  return g.add(g.concat([first, patches, last], 1), positions(g, learnt, places, grid));
}

/** Positions that are added behind each layer but the last. */
function middlePositions(g: GraphBuilder, places: Places, layers: number): (layer: number) => Value {
  const all = g.weight('encoder.mid_position_embeddings', [layers, 1, countOf(places), places.size]);
  return (layer) => g.gather(all, g.integer(layer), 0);
}

/** Positions [1, tokens, size] as they were learnt → those of an image of `grid` patches; those of other tokens stay. */
function positions(
  g: GraphBuilder,
  learnt: Value,
  { size, grid: [rows, columns], objects }: Places,
  grid: Value,
): Value {
  const end = Number.MAX_SAFE_INTEGER;
  const patches = g.slice(learnt, 1, 1, 1 + rows * columns);
  const map = g.reshape(g.transpose(patches, [0, 2, 1]), [1, size, rows, columns]);
  const scaled = toTokens(g, resize(g, map, grid, 'cubic'), size);
  return g.concat([g.slice(learnt, 1, 0, 1), scaled, g.slice(learnt, 1, -objects, end)], 1);
}
