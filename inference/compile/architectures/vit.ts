import { activate, activationOf } from '../blocks/activation.js';
import { forEachRow, patchTokens, pixelInput } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { type VisionSizes, visionLayer, visionSizes } from '../blocks/visionLayer.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** ViT (arXiv 2010.11929), as transformers' `modeling_vit` names and computes it. */
export const vit: Architecture = {
  modelTypes: ['vit'],
  heads: ['Model', 'ForImageClassification'],
  build: (source) => buildVit(source, 'vit.', ['cls_token']),
};

/** DeiT (arXiv 2012.12877): ViT with one more token, which learns from a teacher. */
export const deit: Architecture = {
  modelTypes: ['deit'],
  heads: ['Model', 'ForImageClassification', 'ForImageClassificationWithTeacher'],
  build: (source) => buildVit(source, 'deit.', ['cls_token', 'distillation_token']),
};

function buildVit({ config, weights, head }: Source, prefix: string, tokens: readonly string[]) {
  const g = new GraphBuilder(weights.withoutPrefix(prefix));
  g.weights.ignore(/^embeddings\.mask_token$/, /^pooler\./);
  const sizes = visionSizes(config);
  const x = vitBody(g, config, sizes, tokens);
  g.output('last_hidden_state', x, ['batch_size', 'sequence_length', sizes.size]);
  if (head === 'Model') pooler(g, config, x, sizes.size);
  else g.output('logits', classifier(g, config, head, x, sizes.size), ['batch_size', 'labels']);
  return [{ name: 'model', graph: g }];
}

/** The image size is that of the positions: [batch, special tokens and patches, size]. */
export function vitBody(g: GraphBuilder, config: Config, sizes: VisionSizes, tokens: readonly string[]): Value {
  let x = embeddings(g, config, sizes.size, tokens);
  for (let layer = 0; layer < sizes.layers; layer++) {
    const name = `encoder.layer.${layer}`;
    x = g.tap(name, visionLayer(g, sizes, name, x));
  }
  return layerNorm(g, x, 'layernorm', sizes.epsilon, sizes.size);
}

function embeddings(g: GraphBuilder, config: Config, size: number, tokens: readonly string[]): Value {
  const image = config.pair('image_size', 224);
  const kernel = config.pair('patch_size', 16);
  const channels = config.size('num_channels', 3);
  const projection = 'embeddings.patch_embeddings.projection';
  const pixels = pixelInput(g, channels, image);
  const patches = patchTokens(g, pixels, projection, { inputs: channels, outputs: size, kernel });
  const special = tokens.map((token) => forEachRow(g, g.weight(`embeddings.${token}`, [1, 1, size]), pixels));
  const places = Math.floor(image[0] / kernel[0]) * Math.floor(image[1] / kernel[1]) + tokens.length;
  return g.add(g.concat([...special, patches], 1), g.weight('embeddings.position_embeddings', [1, places, size]));
}

/** Checkpoints that were trained without a pooler have none, and give no `pooler_output`. */
function pooler(g: GraphBuilder, config: Config, x: Value, size: number): void {
  if (!g.weights.has('pooler.dense.weight')) return;
  const outputs = config.size('pooler_output_size', size);
  const dense = linear(g, tokenAt(g, x, 0), 'pooler.dense', { inputs: size, outputs, bias: true });
  const active = activate(g, dense, activationOf(config, 'pooler_act', 'tanh'));
  g.output('pooler_output', active, ['batch_size', outputs]);
}

/** With a teacher the mean of what its token and the first one say. */
function classifier(g: GraphBuilder, config: Config, head: Source['head'], x: Value, size: number): Value {
  const options = { inputs: size, outputs: config.labels(), bias: true };
  const scores = (place: number, name: string) => linear(g, tokenAt(g, x, place), name, options);
  if (head === 'ForImageClassification') return scores(0, 'classifier');
  const both = g.add(scores(0, 'cls_classifier'), scores(1, 'distillation_classifier'));
  return g.mul(both, g.float(0.5));
}

/** [batch, tokens, size] → [batch, size] of one token. */
export function tokenAt(g: GraphBuilder, x: Value, place: number): Value {
  return g.gather(x, g.integer(place), 1);
}
