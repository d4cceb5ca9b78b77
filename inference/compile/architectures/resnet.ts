import { meanOfMap, pixelInput } from '../blocks/image.js';
import { linear } from '../blocks/linear.js';
import { resnetBody, resnetSizes } from '../blocks/resnetBody.js';
import { GraphBuilder } from '../graphBuilder.js';
import type { Architecture, Source } from '../types.js';

/** ResNet (arXiv 1512.03385), as transformers' `modeling_resnet` names and computes it. */
export const resnet: Architecture = {
  modelTypes: ['resnet'],
  heads: ['Model', 'ForImageClassification'],
  build: buildResnet,
};

function buildResnet({ config, weights, head }: Source) {
  const g = new GraphBuilder(weights.withoutPrefix('resnet.'));
  g.weights.ignore(/\.num_batches_tracked$/);
  const sizes = resnetSizes(config);
  const map = resnetBody(g, sizes, pixelInput(g, sizes.channels), '').at(-1)!;
  const channels = sizes.stages.at(-1)!.channels;
  g.output('last_hidden_state', map, ['batch_size', channels, 'rows', 'columns']);
  const pooled = g.mean(map, [2, 3]);
  g.output('pooler_output', pooled, ['batch_size', channels, 1, 1]);
  if (head === 'ForImageClassification') {
    const options = { inputs: channels, outputs: config.labels(), bias: true };
    g.output('logits', linear(g, meanOfMap(g, map), 'classifier.1', options), ['batch_size', 'labels']);
  }
  return [{ name: 'model', graph: g }];
}
