import { type Activation, activate, activationOf } from '../blocks/activation.js';
import { attention, headSizeOf } from '../blocks/attention.js';
import { forEachRow, patchTokens, pixelInput } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias, lowest } from '../blocks/mask.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** CLIP (arXiv 2103.00020), as transformers' `modeling_clip` names and computes it: a text tower and an image tower. */
export const clip: Architecture = {
  modelTypes: ['clip'],
  heads: ['Model', 'ForImageClassification'],
  build: buildClip,
};

/** The text tower alone, with or without its projection. */
export const clipText: Architecture = {
  modelTypes: ['clip_text_model'],
  heads: ['Model', 'WithProjection'],
  build: buildText,
};

/** The image tower alone, with or without its projection. */
export const clipVision: Architecture = {
  modelTypes: ['clip_vision_model'],
  heads: ['Model', 'WithProjection'],
  build: buildVision,
};

/** What a tower gives. */
interface Tower {
  /** [batch, tokens, size] */
  readonly tokens: Value;
  /** [batch, size] */
  readonly pooled: Value;
  readonly size: number;
}

function buildClip({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights);
  g.weights.ignore(/\.position_ids$/);
  const images = imageTower(g, towerConfig(config, 'vision_config'));
  if (head === 'ForImageClassification') {
    const mean = g.mean(g.slice(images.tokens, 1, 1, Number.MAX_SAFE_INTEGER), [1], false);
    const options = { inputs: images.size, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, mean, 'classifier', options), ['batch_size', 'labels']);
    return [{ name: 'model', graph: g }];
  }
  const texts = textTower(g, towerConfig(config, 'text_config'));
  const size = config.size('projection_dim', 512);
  const imageEmbeds = unit(g, project(g, images, 'visual_projection', size));
  const textEmbeds = unit(g, project(g, texts, 'text_projection', size));
  const scale = g.op('Exp', [g.weight('logit_scale', [])]);
  const perText = g.mul(g.matmul(textEmbeds, g.transpose(imageEmbeds, [1, 0])), scale);
  g.output('logits_per_image', g.transpose(perText, [1, 0]), ['image_batch_size', 'text_batch_size']);
  g.output('logits_per_text', perText, ['text_batch_size', 'image_batch_size']);
  g.output('text_embeds', textEmbeds, ['text_batch_size', size]);
  g.output('image_embeds', imageEmbeds, ['image_batch_size', size]);
  return [{ name: 'model', graph: g }];
}

/** Old files have what counts under another key, whole. */
export function towerConfig(config: Config, key: string): Config {
  const old = `${key}_dict`;
  return config.part(config.has(old) ? old : key);
}

function buildText({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights);
  g.weights.ignore(/\.position_ids$/);
  const tower = textTower(g, config);
  if (head === 'WithProjection') embedding(g, config, tower, 'text');
  else g.output('pooler_output', tower.pooled, ['batch_size', tower.size]);
  g.output('last_hidden_state', tower.tokens, ['batch_size', 'sequence_length', tower.size]);
  return [{ name: 'model', graph: g }];
}

function buildVision({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights);
  g.weights.ignore(/\.position_ids$/);
  const tower = imageTower(g, config);
  if (head === 'WithProjection') embedding(g, config, tower, 'image');
  else g.output('pooler_output', tower.pooled, ['batch_size', tower.size]);
  g.output('last_hidden_state', tower.tokens, ['batch_size', 'patches', tower.size]);
  return [{ name: 'model', graph: g }];
}

function embedding(g: GraphBuilder, config: Config, tower: Tower, kind: 'text' | 'image'): void {
  const size = config.size('projection_dim', 512);
  const name = kind === 'text' ? 'text_projection' : 'visual_projection';
  g.output(`${kind}_embeds`, project(g, tower, name, size), ['batch_size', size]);
}

function project(g: GraphBuilder, { pooled, size }: Tower, name: string, outputs: number): Value {
  return linear(g, pooled, name, { inputs: size, outputs, bias: false });
}

/** Rows of length 1. */
export function unit(g: GraphBuilder, rows: Value): Value {
  return g.div(rows, g.op('Sqrt', [g.sum(g.mul(rows, rows), [-1])]));
}

function textTower(g: GraphBuilder, config: Config): Tower {
  const size = config.size('hidden_size', 512);
  const dims = ['text_batch_size', 'sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  const mask = g.input('attention_mask', 'int64', dims);
  const name = 'text_model';
  const words = g.weight(`${name}.embeddings.token_embedding.weight`, [config.size('vocab_size', 49408), size]);
  const places = [config.size('max_position_embeddings', 77), size];
  const positions = g.gather(g.weight(`${name}.embeddings.position_embedding.weight`, places), g.range(g.dim(ids, 1)));
  const bias = g.add(causalBias(g, g.dim(ids, 1)), keyMaskBias(g, mask));
  const x = towerLayers(g, config, name, g.add(g.gather(words, ids), positions), {
    ...usual,
    ...{ size, heads: 8, inner: 2048, bias },
  });
  const tokens = layerNorm(g, x, `${name}.final_layer_norm`, config.number('layer_norm_eps', 1e-5), size);
  return { tokens, pooled: lastToken(g, config, tokens, ids), size };
}

/** [tokens, tokens]: no token sees those behind it. */
function causalBias(g: GraphBuilder, count: Value): Value {
  const all = g.op('Expand', [g.float(lowest), g.concat([count, count], 0)]);
  return g.op('Trilu', [all, g.integer(1)], { upper: 1 });
}

/**
 * What the end token knows: [batch, size]. Old files call it 2, which it is not; there it is taken to be the highest number
 * of a text.
 */
function lastToken(g: GraphBuilder, config: Config, tokens: Value, ids: Value): Value {
  const end = config.integer('eos_token_id', 49407)!;
  const marks = end === 2 ? ids : g.cast(g.op('Equal', [ids, g.integer(end)]), 'int64');
  const place = g.op('ArgMax', [marks], { axis: 1, keepdims: 1 });
  return g.op('GatherND', [tokens, place], { batch_dims: 1 });
}

function imageTower(g: GraphBuilder, config: Config): Tower {
  const size = config.size('hidden_size', 768);
  const image = config.size('image_size', 224);
  const kernel = config.size('patch_size', 32);
  const channels = config.size('num_channels', 3);
  const epsilon = config.number('layer_norm_eps', 1e-5);
  const name = 'vision_model';
  const pixels = pixelInput(g, channels, [image, image]);
  const options = { inputs: channels, outputs: size, kernel, bias: false };
  const patches = patchTokens(g, pixels, `${name}.embeddings.patch_embedding`, options);
  const first = g.unsqueeze(g.weight(`${name}.embeddings.class_embedding`, [size]), [0, 1]);
  const tokens = g.concat([forEachRow(g, first, pixels), patches], 1);
  const places = [Math.floor(image / kernel) ** 2 + 1, size];
  const placed = g.add(tokens, g.weight(`${name}.embeddings.position_embedding.weight`, places));
  const normed = layerNorm(g, placed, `${name}.pre_layrnorm`, epsilon, size);
  const x = towerLayers(g, config, name, normed, { ...usual, size, heads: 12, inner: 3072 });
  const token = g.gather(x, g.integer(0), 1);
  return { tokens: x, pooled: layerNorm(g, token, `${name}.post_layernorm`, epsilon, size), size };
}

/** `size` and `bias`, and what a config.json that does not say it means. */
interface LayerOptions {
  readonly size: number;
  readonly heads: number;
  readonly inner: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly bias?: Value;
}

const usual = { epsilon: 1e-5, activation: 'quick_gelu' } as const;

/** The same layers in both towers: a norm before attention and one before the feed-forward part. */
export function towerLayers(
  g: GraphBuilder,
  config: Config,
  tower: string,
  tokens: Value,
  options: LayerOptions,
): Value {
  const { size, bias } = options;
  const heads = config.size('num_attention_heads', options.heads);
  const inner = config.size('intermediate_size', options.inner);
  const epsilon = config.number('layer_norm_eps', options.epsilon);
  const activation = activationOf(config, 'hidden_act', options.activation);
  const square = { inputs: size, outputs: size, bias: true };
  const attend = { heads, headSize: headSizeOf(size, heads), ...(bias !== undefined && { bias }) };
  let x = tokens;
  for (let layer = 0; layer < config.size('num_hidden_layers', 12); layer++) {
    const name = `${tower}.encoder.layers.${layer}`;
    const before = layerNorm(g, x, `${name}.layer_norm1`, epsilon, size);
    const part = (one: string) => linear(g, before, `${name}.self_attn.${one}_proj`, square);
    const seen = attention(g, part('q'), part('k'), part('v'), attend);
    const mixed = g.add(x, linear(g, seen, `${name}.self_attn.out_proj`, square));
    const normed = layerNorm(g, mixed, `${name}.layer_norm2`, epsilon, size);
    const raised = linear(g, normed, `${name}.mlp.fc1`, { inputs: size, outputs: inner, bias: true });
    const active = activate(g, raised, activation);
    x = g.tap(name, g.add(mixed, linear(g, active, `${name}.mlp.fc2`, { inputs: inner, outputs: size, bias: true })));
  }
  return x;
}
