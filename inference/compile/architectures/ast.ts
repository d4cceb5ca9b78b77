import { forEachRow, patchTokens } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { layerNorm } from '../blocks/norm.js';
import { visionLayer, visionSizes } from '../blocks/visionLayer.js';
import type { Config } from '../config.js';
import { GraphBuilder, type Value } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';
import { tokenAt } from './vit.js';

/**
 * The audio spectrogram transformer (arXiv 2104.01778), as transformers names and computes it: ViT with overlapping patches of
 * a spectrogram, and two tokens before them whose mean is the sound.
 */
export const ast: Architecture = {
  modelTypes: ['audio-spectrogram-transformer'],
  heads: ['Model', 'ForAudioClassification'],
  build: buildAst,
};

function buildAst({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('audio_spectrogram_transformer.'));
  const sizes = visionSizes(config);
  let x = embeddings(g, config, sizes.size);
  for (let layer = 0; layer < sizes.layers; layer++) {
    const name = `encoder.layer.${layer}`;
    x = g.tap(name, visionLayer(g, sizes, name, x));
  }
  x = layerNorm(g, x, 'layernorm', sizes.epsilon, sizes.size);
  const pooled = g.mul(g.add(tokenAt(g, x, 0), tokenAt(g, x, 1)), g.float(0.5));
  if (head === 'ForAudioClassification') {
    const normed = layerNorm(g, pooled, 'classifier.layernorm', sizes.epsilon, sizes.size);
    const options = { inputs: sizes.size, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, normed, 'classifier.dense', options), ['batch_size', 'labels']);
  } else {
    g.output('last_hidden_state', x, ['batch_size', 'sequence_length', sizes.size]);
    g.output('pooler_output', pooled, ['batch_size', sizes.size]);
  }
  return [{ name: 'model', graph: g }];
}

/** Two tokens and the patches: frequencies from top to bottom, time from left to right. */
function embeddings(g: GraphBuilder, config: Config, size: number): Value {
  const frames = config.size('max_length', 1024);
  const filters = config.size('num_mel_bins', 128);
  const kernel = config.size('patch_size', 16);
  const stride = [config.size('frequency_stride', 10), config.size('time_stride', 10)] as const;
  const spectrogram = g.input('input_values', 'float', ['batch_size', frames, filters]);
  const image = g.unsqueeze(g.transpose(spectrogram, [0, 2, 1]), [1]);
  const options = { inputs: 1, outputs: size, kernel, stride };
  const patches = patchTokens(g, image, 'embeddings.patch_embeddings.projection', options);
  const special = ['cls_token', 'distillation_token'].map((token) =>
    forEachRow(g, g.weight(`embeddings.${token}`, [1, 1, size]), spectrogram),
  );
  const along = (length: number, step: number) => Math.floor((length - kernel) / step) + 1;
  const places = along(filters, stride[0]) * along(frames, stride[1]) + special.length;
  return g.add(g.concat([...special, patches], 1), g.weight('embeddings.position_embeddings', [1, places, size]));
}
