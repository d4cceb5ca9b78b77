import type { Config } from '../../compile/config.js';
import { add } from '../arrays.js';
import { mapOf, noise } from '../madeInputs.js';
import { convolution, toMap, toTokens } from '../maps.js';
import { resized } from '../resizing.js';
import { Tensors } from '../tensors.js';
import { normOf } from '../transformerLayer.js';
import type { ForwardInput, Passed, Referee } from '../types.js';
import { boxesOf, throughThree } from './detectionHead.js';
import { joined, passVitLayers, vitLayerCost } from './visionTransformer.js';

/** Patches of the made image, down and to the right. */
const [rows, columns] = [3, 4];

/** YOLOS (arXiv 2106.00666): ViT with a token for each object; places are learnt and stretched to the image. */
export const yolosReferee: Referee = {
  modelTypes: ['yolos'],
  graph: 'model',
  layersKey: 'num_hidden_layers',
  whenCut: () => ({ use_mid_position_embeddings: false }),
  layerCost: (config) => vitLayerCost(config, 1 + rows * columns + objectsOf(config)),
  feeds: (config) => {
    const patch = config.size('patch_size', 16);
    return { pixel_values: noise(13, [1, config.size('num_channels', 3), rows * patch, columns * patch]) };
  },
  forward: passYolos,
};

function objectsOf(config: Config): number {
  return config.size('num_detection_tokens', 100);
}

async function passYolos(input: ForwardInput): Promise<Passed> {
  const { config, feeds, weights, hasHead } = input;
  const tensors = new Tensors(weights, 'vit.');
  const size = config.size('hidden_size', 768);
  const stride = config.size('patch_size', 16);
  const projection = 'embeddings.patch_embeddings.projection';
  const patches = toTokens(await convolution(tensors, projection, mapOf(feeds, 'pixel_values'), { stride }));
  const first = await tensors.read('embeddings.cls_token');
  const objects = await tensors.read('embeddings.detection_tokens');
  const places = stretched(config, await tensors.read('embeddings.position_embeddings'));
  const embedded = add(joined([first, patches, objects]), places);
  const isPlacedAgain = config.flag('use_mid_position_embeddings', true);
  const again = isPlacedAgain ? await tensors.read('encoder.mid_position_embeddings') : new Float32Array(0);
  const each = again.length / Math.max(1, config.size('num_hidden_layers', 12) - 1);
  const { layers, x } = await passVitLayers(input, tensors, 1, embedded, {
    behind: async (given, layer) => {
      const own = again.subarray(layer * each, (layer + 1) * each);
      return own.length > 0 ? add(given, stretched(config, own)) : given;
    },
  });
  if (!hasHead) return { layers, outputs: new Map() };
  const last = await normOf(tensors, 'layernorm', x, config.number('layer_norm_eps', 1e-12));
  const found = last.subarray(last.length - objectsOf(config) * size);
  const outputs = new Map([
    ['logits', await throughThree(tensors, 'class_labels_classifier', found)],
    ['pred_boxes', await boxesOf(tensors, found)],
    ['last_hidden_state', last],
  ]);
  return { layers, outputs };
}

/** The places of patches become those of the made image's; the first token's and the objects' stay. */
function stretched(config: Config, places: Float32Array): Float32Array {
  const size = config.size('hidden_size', 768);
  const patch = config.size('patch_size', 16);
  const [height, width] = config.pair('image_size', [512, 864]).map((side) => Math.floor(side / patch));
  const end = (1 + height! * width!) * size;
  const map = toMap(places.subarray(size, end), 1, height!, width!);
  const scaled = toTokens(resized(map, rows, columns, { points: 'four' }));
  return joined([places.subarray(0, size), scaled, places.subarray(end)]);
}
