import assert from 'node:assert/strict';
import { resnetName } from '../../../inference/compile/architectures/detrBackbone.js';
import { buildGraphs } from '../../../inference/compile/index.js';
import { readCheckpoint } from './checkpointAnswers.js';

describe('vision models that are not understood', () => {
  /** Checkpoint, what its config.json says instead, what the message must name. */
  const refused: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['vit-imgcls', { patch_size: 4 }, /embeddings\.patch_embeddings\.projection\.weight has the shape/],
    ['vit-imgcls', { num_hidden_layers: 1 }, /encoder\.layer\.1\..* no place|no place.*encoder\.layer\.1\./],
    ['vit-imgcls', { num_hidden_layers: 3 }, /encoder\.layer\.2\.layernorm_before\.weight is missing/],
    ['vit-imgcls', { hidden_act: 'softsign' }, /"softsign" for hidden_act/],
    ['vit-imgcls', { image_size: [20] }, /\[20\] for image_size/],
    ['vit-imgcls', { id2label: { 0: 'a' } }, /classifier\.weight has the shape \[3, 24\]/],
    ['resnet-basic', { layer_type: 'dense' }, /"dense" for layer_type; understood is one of basic, bottleneck/],
    ['detr-own', { position_embedding_type: 'learned' }, /"learned" for position_embedding_type/],
    ['detr-own', { use_timm_backbone: true, backbone: 'vgg' }, /"vgg" for backbone/],
    ['detr-own', { backbone_config: { model_type: 'swin' } }, /"swin" for backbone_config\.model_type/],
    ['swin-imgcls', { use_absolute_embeddings: true }, /true for use_absolute_embeddings/],
    ['swin-imgcls', { num_heads: [2] }, /depths than of num_heads/],
    ['vit-imgcls', { num_attention_heads: 5 }, /5 attention heads for 24 numbers/],
    ['segformer-seg', { num_attention_heads: [0, 2, 4] }, /0 attention heads for 8 numbers/],
    ['resnet-basic', { depths: [] }, /0 depths for 2 hidden_sizes/],
    ['swin-imgcls', { window_size: 1000 }, /1000 for window_size; at most 32/],
    ['dpt-depth', { reassemble_factors: [4, 1, 0] }, /reassemble_factors below 1\/64/],
    ['dpt-depth', { is_hybrid: true }, /true for is_hybrid/],
    ['dpt-depth', { backbone_out_indices: [] }, /no backbone_out_indices/],
    ['vilt-vqa', { max_image_length: 200 }, /200 for max_image_length/],
    ['vit-gpt2', { encoder: { model_type: 'beit' } }, /"beit" for encoder\.model_type/],
    ['vit-gpt2', { decoder: { model_type: 'xglm' } }, /"xglm" for decoder\.model_type/],
    ['segformer-seg', { sr_ratios: [4] }, /1 sr_ratios for 3 num_encoder_blocks/],
  ];

  for (const [checkpoint, change, message] of refused)
    it(`${checkpoint} with ${JSON.stringify(change)}`, async () => {
      const { json, tensors } = await readCheckpoint(checkpoint);
      assert.throws(() => buildGraphs({ ...json, ...change }, tensors), message);
    });
});

describe('names of a ResNet of timm', () => {
  const names = [
    ['conv1.weight', 'embedder.embedder.convolution.weight'],
    ['bn1.running_var', 'embedder.embedder.normalization.running_var'],
    ['layer2.0.conv3.weight', 'encoder.stages.1.layers.0.layer.2.convolution.weight'],
    ['layer4.11.bn1.bias', 'encoder.stages.3.layers.11.layer.0.normalization.bias'],
    ['layer1.0.downsample.0.weight', 'encoder.stages.0.layers.0.shortcut.convolution.weight'],
    ['layer1.0.downsample.1.running_mean', 'encoder.stages.0.layers.0.shortcut.normalization.running_mean'],
    ['encoder.stages.0.layers.0.x', 'encoder.stages.0.layers.0.x'],
  ] as const;

  for (const [timm, own] of names)
    it(timm, () => {
      const prefix = 'backbone.conv_encoder.model.';
      assert.equal(resnetName(prefix + timm), prefix + own);
    });
});
