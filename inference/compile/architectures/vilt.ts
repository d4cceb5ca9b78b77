import { convolution } from '../blocks/convolution.js';
import { forEachRow, gridOf, pixelInput, pixelMaskInput, resizeMask, toTokens } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { keyMaskBias } from '../blocks/mask.js';
import { layerNorm } from '../blocks/norm.js';
import { type VisionSizes, visionLayer, visionSizes } from '../blocks/visionLayer.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** ViLT (arXiv 2102.03334), as transformers' `modeling_vilt` names and computes it: one transformer for words and patches. */
export const vilt: Architecture = {
  modelTypes: ['vilt'],
  heads: ['Model', 'ForQuestionAnswering'],
  build: buildVilt,
};

/** Tokens of one kind, and which of them count: [batch, tokens, size], [batch, tokens]. */
interface Part {
  readonly tokens: Value;
  readonly mask: Value;
}

function buildVilt({ config, weights, head }: Source) {
  // With a limit the library draws lots which patches it reads.
  config.mustBe('max_image_length', -1);
  config.mustBe('position_embedding_type', 'absolute');
  const g = new GraphBuilder(weights.withoutPrefix('vilt.'));
  g.weights.ignore(/\.position_ids$/);
  const sizes = visionSizes(config);
  const { size } = sizes;
  const parts = [textPart(g, config, sizes), imagePart(g, config, size)];
  const kinds = g.weight('embeddings.token_type_embeddings.weight', [config.size('modality_type_vocab_size', 2), size]);
  const marked = parts.map(({ tokens }, kind) => g.add(tokens, g.gather(kinds, g.integer(kind))));
  const bias = keyMaskBias(
    g,
    g.concat(
      parts.map(({ mask }) => mask),
      1,
    ),
  );
  let x = g.concat(marked, 1);
  for (let layer = 0; layer < sizes.layers; layer++) {
    const name = `encoder.layer.${layer}`;
    x = g.tap(name, visionLayer(g, sizes, name, x, bias));
  }
  const normed = layerNorm(g, x, 'layernorm', sizes.epsilon, size);
  const dense = linear(g, g.gather(normed, g.integer(0), 1), 'pooler.dense', {
    inputs: size,
    outputs: size,
    bias: true,
  });
  const pooled = g.op('Tanh', [dense]);
  if (head === 'ForQuestionAnswering') g.output('logits', answers(g, config, pooled, size), ['batch_size', 'labels']);
  else g.output('last_hidden_state', normed, ['batch_size', 'tokens', size]);
  g.output('pooler_output', pooled, ['batch_size', size]);
  return [{ name: 'model', graph: g }];
}

/** BERT's embeddings. */
function textPart(g: GraphBuilder, config: Config, { size, epsilon }: VisionSizes): Part {
  const dims = ['batch_size', 'sequence_length'];
  const ids = g.input('input_ids', 'int64', dims);
  const mask = g.input('attention_mask', 'int64', dims);
  const types = g.input('token_type_ids', 'int64', dims);
  const name = 'embeddings.text_embeddings';
  const table = (one: string, rows: number) => g.weight(`${name}.${one}.weight`, [rows, size]);
  const words = g.gather(table('word_embeddings', config.size('vocab_size', 30522)), ids);
  const kinds = g.gather(table('token_type_embeddings', config.size('type_vocab_size', 2)), types);
  const places = table('position_embeddings', config.size('max_position_embeddings', 40));
  const placed = g.add(g.add(words, kinds), g.gather(places, g.range(g.dim(ids, 1))));
  return { tokens: layerNorm(g, placed, `${name}.LayerNorm`, epsilon, size), mask };
}

/** The first token and the patches, of which those that were padded do not count. */
function imagePart(g: GraphBuilder, config: Config, size: number): Part {
  const channels = config.size('num_channels', 3);
  const kernel = config.size('patch_size', 32);
  const side = Math.floor(config.size('image_size', 384) / kernel);
  const pixels = pixelInput(g, channels);
  const options = { inputs: channels, outputs: size, kernel, stride: kernel };
  const map = convolution(g, pixels, 'embeddings.patch_embeddings.projection', options);
  const grid = gridOf(g, map);
  const mask = resizeMask(g, pixelMaskInput(g), grid);
  const learnt = g.weight('embeddings.position_embeddings', [1, side * side + 1, size]);
  const patches = g.add(toTokens(g, map, size), stretched(g, learnt, mask, grid, { side, size }));
  const first = g.add(g.weight('embeddings.cls_token', [1, 1, size]), g.slice(learnt, 1, 0, 1));
  const flat = g.reshape(mask, [0, -1]);
  const one = g.add(g.mul(g.slice(flat, 1, 0, 1), g.integer(0)), g.integer(1));
  return { tokens: g.concat([forEachRow(g, first, pixels), patches], 1), mask: g.concat([one, flat], 1) };
}

interface Grid {
  /** Patches along a side of the images that the positions were learnt for. */
  readonly side: number;
  readonly size: number;
}

/** The learnt positions, stretched over the part of each image that is not padding: [batch, patches, size]. */
function stretched(g: GraphBuilder, learnt: Value, mask: Value, grid: Value, { side, size }: Grid): Value {
  const rows = g.slice(grid, 0, 0, 1);
  const columns = g.slice(grid, 0, 1, 2);
  const height = g.sum(g.slice(mask, 2, 0, 1), [1, 2]);
  const width = g.sum(g.slice(mask, 1, 0, 1), [1, 2]);
  const map = g.reshape(g.slice(learnt, 1, 1, Number.MAX_SAFE_INTEGER), [side, side * size]);
  const down = g.reshape(g.matmul(shares(g, rows, height, side), map), [0, 0, side, size]);
  const right = g.matmul(g.unsqueeze(shares(g, columns, width, side), [1]), down);
  return g.reshape(right, [0, -1, size]);
}

/**
 * How much each learnt place adds to each of `count` points, of which the first `length` of an image [batch, 1, 1] span all
 * places evenly: [batch, count, side].
 */
function shares(g: GraphBuilder, count: Value, length: Value, side: number): Value {
  const steps = g.cast(g.op('Max', [g.sub(length, g.integer(1)), g.integer(1)]), 'float');
  const points = g.unsqueeze(g.cast(g.range(count), 'float'), [0, 2]);
  const place = g.mul(points, g.div(g.float(side - 1), steps));
  const learnt = g.floats(
    Array.from({ length: side }, (_, index) => index),
    [1, 1, side],
  );
  return g.op('Relu', [g.sub(g.float(1), g.op('Abs', [g.sub(place, learnt)]))]);
}

function answers(g: GraphBuilder, config: Config, pooled: Value, size: number): Value {
  const wide = linear(g, pooled, 'classifier.0', { inputs: size, outputs: 2 * size, bias: true });
  const active = g.op('Gelu', [layerNorm(g, wide, 'classifier.1', 1e-5, 2 * size)]);
  return linear(g, active, 'classifier.3', { inputs: 2 * size, outputs: config.labels(), bias: true });
}
