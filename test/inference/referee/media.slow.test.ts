import assert from 'node:assert/strict';
import path from 'node:path';
import { isJsonObject } from '../../../config/jsonObject.js';
import { Config } from '../../../inference/compile/config.js';
import { buildGraphs } from '../../../inference/compile/index.js';
import { cutTo, layersOf } from '../../../inference/referee/depth.js';
import { maxCost, refereeOf, verifySnapshot } from '../../../inference/referee/index.js';
import type { JsonObject } from '../../../inference/snapshot/snapshotFiles.js';
import { checkpointCopy } from './checkpointCopy.js';
import { wrongTensor } from './wrongTensor.js';

/** A checkpoint, a wrong value for its config.json, and the part that this makes wrong first. */
const wrongs = [
  ['checkpoints/vit-model', { layer_norm_eps: 0.5 }, 'encoder.layer.0'],
  ['checkpoints/vit-imgcls', { hidden_act: 'gelu' }, 'encoder.layer.0'],
  ['checkpoints/deit-model', { num_attention_heads: 2 }, 'encoder.layer.0'],
  ['checkpoints/deit-teacher', { hidden_act: 'relu' }, 'encoder.layer.0'],
  ['checkpoints/resnet-basic', { hidden_act: 'gelu' }, 'embedder'],
  ['checkpoints/resnet-bottleneck', { downsample_in_bottleneck: false }, 'encoder.stages.0.layers.0'],
  ['checkpoints/resnet-paper', { downsample_in_bottleneck: true }, 'encoder.stages.1.layers.0'],
  ['checkpoints/clip-model', { text_config: { hidden_act: 'relu' } }, 'text_model.encoder.layers.0'],
  ['checkpoints/clip-imgcls', { vision_config: { hidden_act: 'relu' } }, 'vision_model.encoder.layers.0'],
  ['checkpoints/clip-old-end', { text_config_dict: { eos_token_id: 1 } }, 'the output text_embeds'],
  ['checkpoints/clip-vision', { hidden_act: 'gelu' }, 'vision_model.encoder.layers.0'],
  ['checkpoints/clip-text', { eos_token_id: 8 }, 'the output text_embeds'],
  ['checkpoints/convnext-imgcls', { layer_norm_eps: 0.5 }, 'the output pooler_output'],
  ['checkpoints/convnext-model', { hidden_act: 'gelu' }, 'encoder.stages.0.layers.0'],
  ['checkpoints/convnextv2-imgcls', { hidden_act: 'relu' }, 'encoder.stages.0.layers.0'],
  ['checkpoints/segformer-imgcls', { hidden_act: 'relu' }, 'encoder.block.0.0'],
  ['checkpoints/segformer-model', { num_attention_heads: [1, 2, 2] }, 'encoder.block.2.0'],
  ['checkpoints/segformer-seg', { hidden_act: 'relu' }, 'encoder.block.0.0'],
  ['checkpoints/swin-imgcls', { hidden_act: 'relu' }, 'encoder.layers.0.blocks.0'],
  ['checkpoints/swin-model', { layer_norm_eps: 1e-5 }, 'encoder.layers.0.blocks.0'],
  ['checkpoints/swinv2-imgcls', { pretrained_window_sizes: [0, 0] }, 'encoder.layers.0.blocks.0'],
  ['checkpoints/detr-own', { decoder_attention_heads: 4 }, 'decoder.layers.0'],
  ['checkpoints/detr-middle-stage', { encoder_attention_heads: 2 }, 'encoder.layers.0'],
  ['checkpoints/detr-masks', { decoder_attention_heads: 4 }, 'decoder.layers.0'],
  ['checkpoints/yolos-objdet', { layer_norm_eps: 0.5 }, 'encoder.layer.0'],
  ['checkpoints/yolos-plain', { hidden_act: 'relu' }, 'encoder.layer.0'],
  ['checkpoints/dpt-added', { readout_type: 'ignore' }, 'neck.fusion_stage.layers.0'],
  ['checkpoints/dpt-depth', { hidden_act: 'relu' }, 'encoder.layer.0'],
  ['checkpoints/dpt-seg', { head_in_index: 0 }, 'the output logits'],
  ['checkpoints/dinov2-imgcls', { hidden_act: 'relu' }, 'encoder.layer.0'],
  ['checkpoints/dinov2-gated', { num_attention_heads: 4 }, 'encoder.layer.0'],
  ['checkpoints/depth-anything-metric', { max_depth: 10 }, 'the output predicted_depth'],
  [
    'checkpoints/depth-anything-relative',
    { backbone_config: { apply_layernorm: false } },
    'neck.fusion_stage.layers.0',
  ],
  ['checkpoints/dinov2-registers', { hidden_act: 'relu' }, 'encoder.layer.0'],
  ['checkpoints/siglip-model', { text_config: { hidden_act: 'relu' } }, 'text_model.encoder.layers.0'],
  ['checkpoints/siglip-imgcls', { vision_config: { layer_norm_eps: 0.5 } }, 'vision_model.encoder.layers.0'],
  ['checkpoints/siglip-vision', { hidden_act: 'gelu' }, 'vision_model.encoder.layers.0'],
  ['checkpoints/vilt-vqa', { layer_norm_eps: 0.5 }, 'encoder.layer.0'],
  ['soundModels/ast-classes', { layer_norm_eps: 0.5 }, 'encoder.layer.0'],
  ['soundModels/wav2vec2-classes', { feat_extract_activation: 'relu' }, 'feature_extractor.conv_layers.0'],
  ['soundModels/wav2vec2-stable-ctc', { do_stable_layer_norm: false }, 'encoder.layers.0'],
  ['soundModels/wav2vec2-adapters', { hidden_act: 'relu' }, 'encoder.layers.0'],
  ['soundModels/hubert-classes', { hidden_act: 'relu' }, 'encoder.layers.0'],
  ['soundModels/whisper-classes', { activation_function: 'tanh' }, 'encoder.layers.0'],
  ['soundModels/whisper-english', { activation_function: 'tanh' }, 'encoder.layers.0'],
  ['soundModels/whisper-multilingual', { encoder_attention_heads: 4 }, 'encoder.layers.0'],
  ['soundModels/vits-one', { hidden_act: 'gelu' }, 'text_encoder.encoder.layers.0'],
  ['soundModels/vits-cased', { leaky_relu_slope: 0.5 }, 'decoder.upsampler.0'],
  ['soundModels/vits-many', { duration_predictor_tail_bound: 2 }, 'the output log_durations of encoder_model'],
] as const;

/** A tensor that a wrong graph takes from elsewhere, and the part that this makes wrong first. */
const wrongTensors = [
  ['checkpoints/detr-masks', 'mask_head.lay3.weight', 'the output pred_masks'],
  ['checkpoints/dinov2-imgcls', 'dinov2.embeddings.position_embeddings', 'encoder.layer.0'],
  ['checkpoints/dinov2-imgcls', 'dinov2.encoder.layer.1.layer_scale2.lambda1', 'encoder.layer.1'],
  ['checkpoints/dinov2-imgcls', 'classifier.weight', 'the output logits'],
  ['checkpoints/dinov2-gated', 'encoder.layer.2.mlp.weights_out.weight', 'encoder.layer.2'],
  ['checkpoints/dinov2-registers', 'dinov2_with_registers.embeddings.register_tokens', 'encoder.layer.0'],
  ['checkpoints/dinov2-registers', 'dinov2_with_registers.embeddings.position_embeddings', 'encoder.layer.0'],
  [
    'checkpoints/swinv2-imgcls',
    'swinv2.encoder.layers.0.blocks.0.attention.self.logit_scale',
    'encoder.layers.0.blocks.0',
  ],
  ['checkpoints/swinv2-imgcls', 'swinv2.encoder.layers.0.blocks.1.layernorm_after.bias', 'encoder.layers.0.blocks.1'],
  ['checkpoints/swinv2-imgcls', 'swinv2.encoder.layers.0.downsample.norm.weight', 'encoder.layers.1.blocks.0'],
  ['checkpoints/siglip-model', 'vision_model.head.probe', 'the output image_embeds'],
  ['checkpoints/siglip-model', 'vision_model.head.attention.in_proj_bias', 'the output image_embeds'],
  ['checkpoints/siglip-model', 'text_model.head.weight', 'the output text_embeds'],
  ['checkpoints/siglip-model', 'logit_bias', 'the output logits_per_image'],
  ['checkpoints/siglip-vision', 'vision_model.head.mlp.fc2.weight', 'the output pooler_output'],
  ['checkpoints/depth-anything-relative', 'backbone.encoder.layer.0.layer_scale1.lambda1', 'encoder.layer.0'],
  ['checkpoints/depth-anything-relative', 'neck.convs.1.weight', 'neck.fusion_stage.layers.1'],
  ['checkpoints/depth-anything-metric', 'head.conv2.weight', 'the output predicted_depth'],
  ['soundModels/whisper-classes', 'projector.weight', 'the output logits'],
  ['soundModels/vits-one', 'text_encoder.encoder.layers.1.attention.emb_rel_v', 'text_encoder.encoder.layers.1'],
  ['soundModels/vits-one', 'duration_predictor.conv_2.weight', 'the output log_durations of encoder_model'],
  ['soundModels/vits-many', 'embed_speaker.weight', 'the output log_durations of encoder_model'],
  ['soundModels/vits-many', 'duration_predictor.flows.2.conv_proj.bias', 'the output log_durations of encoder_model'],
  ['soundModels/vits-many', 'flow.flows.1.wavenet.cond_layer.parametrizations.weight.original0', 'flow.1'],
  ['soundModels/vits-one', 'decoder.resblocks.3.convs2.1.weight', 'decoder.upsampler.1'],
  ['soundModels/vits-one', 'decoder.conv_post.weight', 'the output waveform of decoder_model'],
] as const;

/** A copy with other values, in the parts of it too. */
function withWrong(json: JsonObject, wrong: JsonObject): JsonObject {
  const changes = Object.entries(wrong).map(([key, value]) => {
    const part = json[key];
    return [key, isJsonObject(part) && isJsonObject(value) ? withWrong(part, value) : value];
  });
  return { ...json, ...Object.fromEntries(changes) };
}

describe('the referee of images and sounds', () => {
  for (const [fixture, wrong, part] of wrongs) {
    it(`confirms ${fixture}, whole and cut, and finds ${Object.keys(wrong)[0]} wrong`, async () => {
      const folder = await checkpointCopy(path.join('..', fixture));
      const right = await verifySnapshot(folder);
      assert.ok(right?.isEqual && right.maxError < 1e-5 && right.cosine > 0.999999, JSON.stringify(right));
      const cut = await verifySnapshot(folder, buildGraphs, 1);
      assert.ok(cut?.isEqual && cut.depth === 1 && cut.maxError < 1e-5, JSON.stringify(cut));
      const build: typeof buildGraphs = (json, ...rest) => buildGraphs(withWrong(json, wrong), ...rest);
      const found = await verifySnapshot(folder, build);
      assert.deepEqual([found?.isEqual, found?.worst], [false, part]);
    });
  }

  it('passes all twelve layers of the published size of AST', () => {
    const referee = refereeOf('audio-spectrogram-transformer')!;
    const short = referee.shorten!(new Config({})).json;
    assert.ok(12 * referee.layerCost(new Config(short)) <= maxCost);
  });

  for (const [fixture, tensor, part] of wrongTensors)
    it(`names ${part} of ${fixture}, when ${tensor} is another`, async () => {
      const folder = await checkpointCopy(path.join('..', fixture));
      const found = await verifySnapshot(folder, wrongTensor(tensor));
      assert.deepEqual([found?.isEqual, found?.worst], [false, part], JSON.stringify(found));
    });

  it('counts the layers of a backbone whose config.json leaves out what is usual', () => {
    const depthAnything = refereeOf('depth_anything')!;
    assert.equal(layersOf({ backbone_config: { model_type: 'dinov2' } }, depthAnything), 12);
    const parts = { text_config: {}, vision_config: { num_hidden_layers: 24 } };
    const cut = cutTo(parts, refereeOf('clip')!, 20);
    assert.deepEqual(cut, { text_config: { num_hidden_layers: 12 }, vision_config: { num_hidden_layers: 20 } });
  });
});
