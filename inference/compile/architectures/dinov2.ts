import { activate, activationOf } from '../blocks/activation.js';
import { attention, headSizeOf } from '../blocks/attention.js';
import { layerCount } from '../blocks/encoderLayer.js';
import { forEachRow, gridOf, patchTokens, pixelInput } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { stretchedPositions } from '../blocks/patchPositions.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Source } from '../types.js';

/** DINOv2 (arXiv 2304.07193), as transformers' `modeling_dinov2` names and computes it. */
export const dinov2: Architecture = {
  modelTypes: ['dinov2'],
  heads: ['Model', 'ForImageClassification'],
  headTraces: [[/^classifier\.weight$/, 'ForImageClassification']],
  build: buildDinov2,
};

/** DINOv2 with registers (arXiv 2309.16588): tokens without a place, which images store in what they cannot say of a patch. */
export const dinov2WithRegisters: Architecture = {
  modelTypes: ['dinov2_with_registers'],
  heads: ['Model', 'ForImageClassification'],
  headTraces: [[/^classifier\.weight$/, 'ForImageClassification']],
  build: buildDinov2,
};

const end = Number.MAX_SAFE_INTEGER;

function buildDinov2({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.renamed((name) => name.replace(/^dinov2(_with_registers)?\./, '')));
  const shape = dinov2Shape(config, config.text('model_type') === 'dinov2_with_registers' ? 4 : 0);
  const { size, epsilon, layers } = shape;
  const pixels = pixelInput(g, shape.channels);
  const x = layerNorm(g, dinov2Layers(g, shape, pixels, layers).at(-1)!, 'layernorm', epsilon, size);
  const first = g.gather(x, g.integer(0), 1);
  g.output('last_hidden_state', x, ['batch_size', 'sequence_length', size]);
  if (head === 'Model') g.output('pooler_output', first, ['batch_size', size]);
  else {
    const mean = g.mean(g.slice(x, 1, 1 + shape.registers, end), [1], false);
    const options = { inputs: 2 * size, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, g.concat([first, mean], -1), 'classifier', options), ['batch_size', 'labels']);
  }
  return [{ name: 'model', graph: g }];
}

export type Dinov2Shape = ReturnType<typeof dinov2Shape>;

/** `registers`: how many there are where config.json does not say; 0 for models that have none whatever it says. */
export function dinov2Shape(config: Config, registers = 0) {
  const size = config.size('hidden_size', 768);
  const [height, width] = config.pair('image_size', 224);
  const kernel = config.size('patch_size', 14);
  const side = Math.floor(height / kernel);
  if (side !== Math.floor(width / kernel)) throw refusal('config.json has an image_size that is not square');
  const inner = Math.floor(size * config.number('mlp_ratio', 4));
  const isGated = config.flag('use_swiglu_ffn', false);
  return {
    size,
    kernel,
    side,
    registers: registers > 0 ? config.size('num_register_tokens', registers) : 0,
    channels: config.size('num_channels', 3),
    heads: config.size('num_attention_heads', 12),
    layers: layerCount(config, 'num_hidden_layers', 12),
    // Two thirds of the width, rounded up to eights.
    inner: isGated ? Math.ceil(Math.floor((inner * 2) / 3) / 8) * 8 : inner,
    isGated,
    activation: activationOf(config, 'hidden_act', 'gelu'),
    epsilon: config.number('layer_norm_eps', 1e-6),
    bias: config.flag('qkv_bias', true),
  };
}

/** The tokens before the first layer and behind each of the first `count`: [batch, 1 + registers + patches, size]. */
export function dinov2Layers(g: GraphBuilder, shape: Dinov2Shape, pixels: Value, count: number): readonly Value[] {
  const given = [embeddings(g, shape, pixels)];
  for (let index = 0; index < count; index++) {
    const name = `encoder.layer.${index}`;
    given.push(g.tap(name, dinov2Layer(g, shape, name, given.at(-1)!)));
  }
  return given;
}

function embeddings(g: GraphBuilder, shape: Dinov2Shape, pixels: Value): Value {
  const { size, kernel, side, channels, registers } = shape;
  g.weights.ignore(/^embeddings\.mask_token$/);
  const options = { inputs: channels, outputs: size, kernel };
  const patches = patchTokens(g, pixels, 'embeddings.patch_embeddings.projection', options);
  const grid = g.div(gridOf(g, pixels), g.integers([kernel, kernel]));
  const learnt = { name: 'embeddings.position_embeddings', side, size };
  const first = forEachRow(g, g.weight('embeddings.cls_token', [1, 1, size]), pixels);
  const tokens = g.concat([first, patches], 1);
  if (registers === 0) return g.add(tokens, stretchedPositions(g, learnt, grid, 'cubic'));
  const placed = g.add(tokens, stretchedPositions(g, learnt, grid, 'smoothCubic'));
  const stored = forEachRow(g, g.weight('embeddings.register_tokens', [1, registers, size]), pixels);
  return g.concat([g.slice(placed, 1, 0, 1), stored, g.slice(placed, 1, 1, end)], 1);
}

function dinov2Layer(g: GraphBuilder, shape: Dinov2Shape, name: string, x: Value): Value {
  const { size, heads, epsilon, bias } = shape;
  const square = { inputs: size, outputs: size };
  const before = layerNorm(g, x, `${name}.norm1`, epsilon, size);
  const part = (one: string) => linear(g, before, `${name}.attention.attention.${one}`, { ...square, bias });
  const seen = attention(g, part('query'), part('key'), part('value'), { heads, headSize: headSizeOf(size, heads) });
  const scaled = (one: Value, place: number) => g.mul(one, g.weight(`${name}.layer_scale${place}.lambda1`, [size]));
  const mixed = g.add(scaled(linear(g, seen, `${name}.attention.output.dense`, square), 1), x);
  const normed = layerNorm(g, mixed, `${name}.norm2`, epsilon, size);
  return g.add(scaled(feedForward(g, shape, `${name}.mlp`, normed), 2), mixed);
}

function feedForward(
  g: GraphBuilder,
  { size, inner, isGated, activation }: Dinov2Shape,
  name: string,
  x: Value,
): Value {
  if (!isGated) {
    const raised = activate(g, linear(g, x, `${name}.fc1`, { inputs: size, outputs: inner }), activation);
    return linear(g, raised, `${name}.fc2`, { inputs: inner, outputs: size });
  }
  const both = linear(g, x, `${name}.weights_in`, { inputs: size, outputs: 2 * inner });
  const [gate, up] = g.split(both, [inner, inner]);
  return linear(g, g.mul(activate(g, gate!, 'silu'), up!), `${name}.weights_out`, { inputs: inner, outputs: size });
}
