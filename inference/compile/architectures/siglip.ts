import { activate, activationOf } from '../blocks/activation.js';
import { attention, headSizeOf } from '../blocks/attention.js';
import { forEachRow, patchTokens, pixelInput } from '../blocks/image.js';
import { linear, tied } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { layerNorm } from '../blocks/norm.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';
import { towerConfig, towerLayers, unit } from './clip.js';

/** SigLIP (arXiv 2303.15343), as transformers' `modeling_siglip` names and computes it: each text fits an image or not, by itself. */
export const siglip: Architecture = {
  modelTypes: ['siglip'],
  heads: ['Model', 'ForImageClassification'],
  build: buildSiglip,
};

/** The image tower alone. */
export const siglipVision: Architecture = {
  modelTypes: ['siglip_vision_model'],
  heads: ['Model'],
  build({ config, weights }: Source) {
    const g = new GraphBuilder(weights);
    g.weights.ignore(/\.position_ids$/);
    const { tokens, size } = imageTower(g, config);
    g.output('last_hidden_state', tokens, ['batch_size', 'patches', size]);
    if (config.flag('vision_use_head', true))
      g.output('pooler_output', pooled(g, config, tokens, size), ['batch_size', size]);
    return [{ name: 'model', graph: g }];
  },
};

interface Tower {
  /** [batch, tokens, size] */
  readonly tokens: Value;
  readonly size: number;
}

/** What config.json means where it does not say it, in both towers. */
const usual = { heads: 12, inner: 3072, epsilon: 1e-6, activation: 'gelu_pytorch_tanh' } as const;

function buildSiglip({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights);
  g.weights.ignore(/\.position_ids$/);
  const vision = towerConfig(config, 'vision_config');
  const images = imageTower(g, vision);
  if (head === 'ForImageClassification') {
    g.weights.ignore(/^vision_model\.head\./);
    const options = { inputs: images.size, outputs: config.labels() };
    const scores = linear(g, g.mean(images.tokens, [1], false), 'classifier', options);
    g.output('logits', scores, ['batch_size', 'labels']);
    return [{ name: 'model', graph: g }];
  }
  vision.mustBe('vision_use_head', true);
  const text = towerConfig(config, 'text_config');
  const textEmbeds = unit(g, textVector(g, text, images.size));
  const imageEmbeds = unit(g, pooled(g, vision, images.tokens, images.size));
  const scale = g.op('Exp', [g.weight('logit_scale', [1])]);
  const likeness = g.mul(g.matmul(textEmbeds, g.transpose(imageEmbeds, [1, 0])), scale);
  const perText = g.add(likeness, g.weight('logit_bias', [1]));
  g.output('logits_per_image', g.transpose(perText, [1, 0]), ['image_batch_size', 'text_batch_size']);
  g.output('logits_per_text', perText, ['text_batch_size', 'image_batch_size']);
  g.output('text_embeds', textEmbeds, ['text_batch_size', images.size]);
  g.output('image_embeds', imageEmbeds, ['image_batch_size', images.size]);
  return [{ name: 'model', graph: g }];
}

/** What the last token knows, which may be padding: texts are filled up to as many tokens as in training. */
function textVector(g: GraphBuilder, config: Config, imageSize: number): Value {
  const size = config.size('hidden_size', 768);
  const dims = ['text_batch_size', 'sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  const bias = keyMaskBias(g, g.input('attention_mask', 'int64', dims));
  const at = 'text_model';
  const words = g.rows(`${at}.embeddings.token_embedding.weight`, [config.size('vocab_size', 32_000), size], ids);
  const table = g.weight(`${at}.embeddings.position_embedding.weight`, [
    config.size('max_position_embeddings', 64),
    size,
  ]);
  const placed = g.add(words, g.gather(table, g.range(g.dim(ids, 1))));
  const x = towerLayers(g, config, at, placed, { ...usual, size, bias });
  const tokens = layerNorm(g, x, `${at}.final_layer_norm`, config.number('layer_norm_eps', usual.epsilon), size);
  const last = g.gather(tokens, g.integer(-1), 1);
  return linear(g, last, `${at}.head`, { inputs: size, outputs: config.size('projection_size', imageSize) });
}

function imageTower(g: GraphBuilder, config: Config): Tower {
  const size = config.size('hidden_size', 768);
  const image = config.size('image_size', 224);
  const kernel = config.size('patch_size', 16);
  const channels = config.size('num_channels', 3);
  const at = 'vision_model';
  const pixels = pixelInput(g, channels, [image, image]);
  const patches = patchTokens(g, pixels, `${at}.embeddings.patch_embedding`, {
    inputs: channels,
    outputs: size,
    kernel,
  });
  const places = g.weight(`${at}.embeddings.position_embedding.weight`, [Math.floor(image / kernel) ** 2, size]);
  const x = towerLayers(g, config, at, g.add(patches, places), { ...usual, size });
  return {
    tokens: layerNorm(g, x, `${at}.post_layernorm`, config.number('layer_norm_eps', usual.epsilon), size),
    size,
  };
}

/** One learnt question looks at all patches: [batch, size]. */
function pooled(g: GraphBuilder, config: Config, tokens: Value, size: number): Value {
  const at = 'vision_model.head';
  const heads = config.size('num_attention_heads', usual.heads);
  const inner = config.size('intermediate_size', usual.inner);
  const weight = g.weight(`${at}.attention.in_proj_weight`, [3 * size, size]);
  const bias = g.weight(`${at}.attention.in_proj_bias`, [3 * size]);
  const part = (x: Value, which: number) => {
    const rows = (of: Value) => g.slice(of, 0, which * size, (which + 1) * size);
    return g.add(tied(g, x, rows(weight)), rows(bias));
  };
  const probe = forEachRow(g, g.weight(`${at}.probe`, [1, 1, size]), tokens);
  const options = { heads, headSize: headSizeOf(size, heads) };
  const seen = attention(g, part(probe, 0), part(tokens, 1), part(tokens, 2), options);
  const mixed = linear(g, seen, `${at}.attention.out_proj`, { inputs: size, outputs: size });
  const normed = layerNorm(g, mixed, `${at}.layernorm`, config.number('layer_norm_eps', usual.epsilon), size);
  const raised = linear(g, normed, `${at}.mlp.fc1`, { inputs: size, outputs: inner });
  const active = activate(g, raised, activationOf(config, 'hidden_act', usual.activation));
  const fed = g.add(mixed, linear(g, active, `${at}.mlp.fc2`, { inputs: inner, outputs: size }));
  return g.gather(fed, g.integer(0), 1);
}
