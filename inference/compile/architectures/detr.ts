import { activate, activationOf } from '../blocks/activation.js';
import { attention, headSizeOf } from '../blocks/attention.js';
import { convolution } from '../blocks/convolution.js';
import { boxes } from '../blocks/detectionHead.js';
import { forEachRow, gridOf, pixelInput, pixelMaskInput, resizeMask, toTokens } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { layerNorm } from '../blocks/norm.js';
import { resnetBody } from '../blocks/resnetBody.js';
import { sinePositions } from '../blocks/sinePositions.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';
import { type Backbone, backboneOf, resnetName } from './detrBackbone.js';
import { queryMasks } from './detrMasks.js';

/** DETR (arXiv 2005.12872) with a ResNet, as transformers' `modeling_detr` names and computes it. */
export const detr: Architecture = {
  modelTypes: ['detr'],
  heads: ['Model', 'ForObjectDetection', 'ForSegmentation'],
  headTraces: [
    [/^mask_head\.out_lay\.weight$/, 'ForSegmentation'],
    [/^class_labels_classifier\.weight$/, 'ForObjectDetection'],
  ],
  build: buildDetr,
};

const epsilon = 1e-5;

function buildDetr({ config, weights, head }: Source) {
  config.mustBe('position_embedding_type', 'sine');
  const g = new GraphBuilder(weights.withoutPrefix('detr.').withoutPrefix('model.').renamed(resnetName));
  g.weights.ignore(/\.num_batches_tracked$/);
  const backbone = backboneOf(config, g.weights);
  const size = config.size('d_model', 256);
  const image = imageTokens(g, config, size, backbone);
  const memory = encoder(g, config, size, image);
  const x = decoder(g, config, size, memory);
  if (head !== 'Model') {
    const labels = config.labels() + 1;
    const logits = linear(g, x, 'class_labels_classifier', { inputs: size, outputs: labels, bias: true });
    g.output('logits', logits, ['batch_size', 'queries', labels]);
    g.output('pred_boxes', boxes(g, x, size), ['batch_size', 'queries', 4]);
  }
  if (head === 'ForSegmentation') {
    if (image.finer.length !== 3)
      throw refusal('config.json gives its masks not all four maps of the backbone (backbone_config.out_features)');
    const masks = queryMasks(g, {
      ...image,
      size,
      count: config.size('num_queries', 100),
      heads: config.size('encoder_attention_heads', 8),
      queries: x,
      points: memory.tokens,
    });
    g.output('pred_masks', masks, ['batch_size', 'queries', 'mask_height', 'mask_width']);
  }
  g.output('last_hidden_state', x, ['batch_size', 'queries', size]);
  g.output('encoder_last_hidden_state', memory.tokens, ['batch_size', 'points', size]);
  return [{ name: 'model', graph: g }];
}

/** The points of an image's map. */
interface Memory {
  readonly tokens: Value;
  readonly positions: Value;
  /** Keeps attention off the padding. */
  readonly bias: Value;
}

interface ImagePoints extends Memory {
  /** What the points were: [batch, size, rows, columns]. */
  readonly map: Value;
  /** The backbone's maps before it, finest last. */
  readonly finer: readonly { readonly map: Value; readonly channels: number }[];
}

function imageTokens(
  g: GraphBuilder,
  config: Config,
  size: number,
  { sizes, stage, prefix, isWhole }: Backbone,
): ImagePoints {
  const pixels = pixelInput(g, config.size('num_channels', 3));
  const mask = pixelMaskInput(g);
  const maps = resnetBody(g, sizes, pixels, prefix);
  const map = maps[stage]!;
  const smallMask = resizeMask(g, mask, gridOf(g, map));
  const inputs = sizes.stages[stage]!.channels;
  const projected = convolution(g, map, 'input_projection', { inputs, outputs: size, kernel: 1 });
  return {
    tokens: toTokens(g, projected, size),
    positions: sinePositions(g, smallMask, size),
    bias: keyMaskBias(g, g.reshape(smallMask, [0, -1])),
    map: projected,
    finer: isWhole
      ? sizes.stages
          .slice(0, stage)
          .map(({ channels }, index) => ({ map: maps[index]!, channels }))
          .toReversed()
      : [],
  };
}

function encoder(g: GraphBuilder, config: Config, size: number, image: Memory): Memory {
  const heads = config.size('encoder_attention_heads', 8);
  const inner = config.size('encoder_ffn_dim', 2048);
  let tokens = image.tokens;
  for (let layer = 0; layer < config.size('encoder_layers', 6); layer++) {
    const name = `encoder.layers.${layer}`;
    const placed = g.add(tokens, image.positions);
    const seen = attend(g, `${name}.self_attn`, { size, heads, bias: image.bias }, [placed, placed, tokens]);
    const mixed = layerNorm(g, g.add(tokens, seen), `${name}.self_attn_layer_norm`, epsilon, size);
    tokens = g.tap(name, feedForward(g, config, name, mixed, size, inner));
  }
  return { ...image, tokens };
}

/** Queries look for one object each: [batch, queries, size]. They begin at zero, with positions that were learnt. */
function decoder(g: GraphBuilder, config: Config, size: number, memory: Memory): Value {
  const heads = config.size('decoder_attention_heads', 8);
  const inner = config.size('decoder_ffn_dim', 2048);
  const table = g.weight('query_position_embeddings.weight', [config.size('num_queries', 100), size]);
  const positions = forEachRow(g, g.unsqueeze(table, [0]), memory.tokens);
  const keys = g.add(memory.tokens, memory.positions);
  let x = g.mul(positions, g.float(0));
  for (let layer = 0; layer < config.size('decoder_layers', 6); layer++) {
    const name = `decoder.layers.${layer}`;
    const placed = g.add(x, positions);
    const own = attend(g, `${name}.self_attn`, { size, heads }, [placed, placed, x]);
    const mixed = layerNorm(g, g.add(x, own), `${name}.self_attn_layer_norm`, epsilon, size);
    const queries = g.add(mixed, positions);
    const parts = [queries, keys, memory.tokens] as const;
    const seen = attend(g, `${name}.encoder_attn`, { size, heads, bias: memory.bias }, parts);
    const attended = layerNorm(g, g.add(mixed, seen), `${name}.encoder_attn_layer_norm`, epsilon, size);
    x = g.tap(name, feedForward(g, config, name, attended, size, inner));
  }
  return layerNorm(g, x, 'decoder.layernorm', epsilon, size);
}

interface AttendOptions {
  readonly size: number;
  readonly heads: number;
  readonly bias?: Value;
}

/** `parts` are what queries, keys and values are made of. */
function attend(
  g: GraphBuilder,
  name: string,
  { size, heads, bias }: AttendOptions,
  [query, key, value]: readonly [Value, Value, Value],
): Value {
  const square = { inputs: size, outputs: size, bias: true };
  const part = (x: Value, one: string) => linear(g, x, `${name}.${one}`, square);
  const options = { heads, headSize: headSizeOf(size, heads), ...(bias !== undefined && { bias }) };
  const seen = attention(g, part(query, 'q_proj'), part(key, 'k_proj'), part(value, 'v_proj'), options);
  return part(seen, 'out_proj');
}

function feedForward(g: GraphBuilder, config: Config, name: string, x: Value, size: number, inner: number): Value {
  const raised = linear(g, x, `${name}.fc1`, { inputs: size, outputs: inner, bias: true });
  const active = activate(g, raised, activationOf(config, 'activation_function', 'relu'));
  const lowered = linear(g, active, `${name}.fc2`, { inputs: inner, outputs: size, bias: true });
  return layerNorm(g, g.add(x, lowered), `${name}.final_layer_norm`, epsilon, size);
}
