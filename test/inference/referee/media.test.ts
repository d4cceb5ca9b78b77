import assert from 'node:assert/strict';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { buildGraphs } from '../../../inference/compile/index.js';
import { verifySnapshot } from '../../../inference/referee/index.js';

/** A checkpoint, a wrong value for its config.json, and the part that this makes wrong first. */
const wrongs = [
  ['checkpoints/vit-model', { layer_norm_eps: 0.5 }, 'encoder.layer.0'],
  ['checkpoints/vit-imgcls', { hidden_act: 'gelu' }, 'encoder.layer.0'],
  ['checkpoints/deit-model', { num_attention_heads: 2 }, 'encoder.layer.0'],
  ['checkpoints/deit-teacher', { hidden_act: 'relu' }, 'encoder.layer.0'],
  ['checkpoints/resnet-basic', { hidden_act: 'gelu' }, 'embedder'],
  ['checkpoints/resnet-bottleneck', { downsample_in_bottleneck: false }, 'encoder.stages.0.layers.0'],
  ['checkpoints/resnet-paper', { downsample_in_bottleneck: true }, 'encoder.stages.1.layers.0'],
  ['soundModels/ast-classes', { layer_norm_eps: 0.5 }, 'encoder.layer.0'],
  ['soundModels/wav2vec2-classes', { feat_extract_activation: 'relu' }, 'feature_extractor.conv_layers.0'],
  ['soundModels/wav2vec2-stable-ctc', { do_stable_layer_norm: false }, 'encoder.layers.0'],
  ['soundModels/hubert-classes', { hidden_act: 'relu' }, 'encoder.layers.0'],
  ['soundModels/whisper-english', { activation_function: 'tanh' }, 'encoder.layers.0'],
  ['soundModels/whisper-multilingual', { encoder_attention_heads: 4 }, 'encoder.layers.0'],
] as const;

/** Compiled graphs are written beside the weights. */
async function copyOf(fixture: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hubstead-checkpoint-'));
  await cp(path.join(projectRoot, 'test', 'fixtures', fixture), folder, { recursive: true });
  return folder;
}

describe('the referee of images and sounds', () => {
  for (const [fixture, wrong, part] of wrongs) {
    it(`confirms ${fixture}, whole and cut, and finds ${Object.keys(wrong)[0]} wrong`, async () => {
      const folder = await copyOf(fixture);
      const right = await verifySnapshot(folder);
      assert.ok(right?.isEqual && right.maxError < 1e-5 && right.cosine > 0.999999, JSON.stringify(right));
      const cut = await verifySnapshot(folder, buildGraphs, 1);
      assert.ok(cut?.isEqual && cut.depth === 1 && cut.maxError < 1e-5, JSON.stringify(cut));
      const build: typeof buildGraphs = (json, ...rest) => buildGraphs({ ...json, ...wrong }, ...rest);
      const found = await verifySnapshot(folder, build);
      assert.deepEqual([found?.isEqual, found?.worst], [false, part]);
    });
  }
});
