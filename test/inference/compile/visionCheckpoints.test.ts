import assert from 'node:assert/strict';
import { answerCases, assertAnswers, feedsOf, withGraphs } from './checkpointAnswers.js';

/** Folders of test/fixtures/checkpoints. */
const checkpoints = [
  'vit-model',
  'vit-imgcls',
  'deit-model',
  'deit-imgcls',
  'deit-teacher',
  'resnet-basic',
  'resnet-bottleneck',
  'resnet-paper',
  'detr-own',
  'detr-masks',
  'dinov2-imgcls',
  'dinov2-gated',
  'dinov2-registers',
  'depth-anything-relative',
  'depth-anything-metric',
  'detr-middle-stage',
  'clip-model',
  'clip-old-end',
  'clip-text',
  'clip-vision',
  'clip-imgcls',
  'siglip-model',
  'siglip-imgcls',
  'siglip-vision',
  'swin-imgcls',
  'swin-model',
  'swinv2-imgcls',
  'convnext-imgcls',
  'convnext-model',
  'convnextv2-imgcls',
  'segformer-seg',
  'segformer-imgcls',
  'segformer-model',
  'yolos-objdet',
  'yolos-plain',
  'dpt-depth',
  'dpt-added',
  'dpt-seg',
  'vilt-vqa',
];

describe('compiled checkpoints of vision models', () => {
  for (const checkpoint of checkpoints)
    it(`answers as transformers does: ${checkpoint}`, () => assertAnswers(checkpoint));

  it('refuses an image of another size than the positions were trained for', () =>
    withGraphs('vit-imgcls', async (graphs) => {
      const graph = graphs.get('model')!;
      const [one] = answerCases('vit-imgcls');
      const { pixel_values: pixels } = feedsOf(graph, one!);
      const smaller = {
        type: 'float32' as const,
        dims: [1, 3, 16, 20],
        data: pixels!.data.slice(0, 960) as Float32Array,
      };
      await assert.rejects(
        graph.run({ pixel_values: smaller }),
        /pixel_values of the sizes \[any, 3, 20, 20\]; given is \[1, 3, 16, 20\]/,
      );
    }));

  it('fails on an image whose points are fewer than a window of Swin, as Python does', () =>
    withGraphs('swin-imgcls', async (graphs) => {
      const data = new Float32Array(3 * 8 * 8);
      const run = graphs.get('model')!.run({ pixel_values: { type: 'float32', dims: [1, 3, 8, 8], data } });
      await assert.rejects(run, /its graph failed/);
    }));
});
