import assert from 'node:assert/strict';
import { header, recordOf, tagNames } from './facts.js';

const frameworksOf = (files: readonly string[], extra = {}): readonly string[] =>
  recordOf({ files, ...extra })
    .tags.filter((tag) => tag.evidence.some(({ rule }) => rule === 'file name' || rule === 'files'))
    .map((tag) => tag.name);

describe('framework tags', () => {
  const rows: readonly [file: string, tags: readonly string[]][] = [
    ['pytorch_model.bin', ['pytorch']],
    ['pytorch_model-00001-of-00002.bin', ['pytorch']],
    ['pytorch_model.bin.index.json', ['pytorch']],
    ['unet/diffusion_pytorch_model.bin', ['pytorch']],
    ['unet/diffusion_pytorch_model.fp16.bin', ['pytorch']],
    ['weights.pt', ['pytorch']],
    ['weights.pth', ['pytorch']],
    ['adapter_model.bin', ['pytorch']],
    ['tf_model.h5', ['tf']],
    ['tf_model-00001-of-00002.h5', ['tf']],
    ['saved_model.pb', ['tf']],
    ['bert.ckpt.index', ['tf']],
    ['model.ckpt-1000.index', ['tf']],
    ['flax_model.msgpack', ['jax']],
    ['flax_model-00001-of-00002.msgpack', ['jax']],
    ['rust_model.ot', ['rust']],
    ['a/b/model.onnx', ['onnx']],
    ['model.safetensors', ['safetensors']],
    ['model.safetensors.index.json', ['safetensors']],
    ['vae/diffusion_pytorch_model.safetensors', ['safetensors']],
    ['coreml/x.mlpackage/Manifest.json', ['coreml']],
    ['openvino_model.xml', ['openvino']],
    ['runs/Jan01/events.out.tfevents.1.host.1.0', ['tensorboard']],
    ['model.pdparams', ['paddlepaddle']],
    ['model.pte', ['executorch']],
    ['model.sentis', ['unity-sentis']],
    ['skops.joblib', ['joblib']],
  ];
  for (const [file, tags] of rows) it(`${file} → ${tags.join()}`, () => assert.deepEqual(frameworksOf([file]), tags));

  const none = [
    'training_args.bin',
    'optimizer.pt',
    'optimizer.bin',
    'scheduler.pt',
    'rng_state.pth',
    'rng_state_0.pth',
    'checkpoint-5/optimizer.pt',
    'tokenizer.bin',
    'runs/best.pt',
    'openvino_model.bin',
    'x.mlpackage/Data/weights/weight.bin',
    'vocab.txt',
    'README.md',
    'my.onnx_data',
  ];
  for (const file of none) it(`${file} shows no framework`, () => assert.deepEqual(frameworksOf([file]), []));

  it('come in one order, whatever the order of the files', () => {
    const files = [
      'z.gguf',
      'model.safetensors',
      'a.onnx',
      'rust_model.ot',
      'model.tflite',
      'flax_model.msgpack',
      'tf_model.h5',
      'pytorch_model.bin',
    ];
    const names = tagNames(recordOf({ files, config: { model_type: 'bert' } })).slice(0, 8);
    assert.deepEqual(names, ['pytorch', 'tf', 'jax', 'tflite', 'rust', 'onnx', 'safetensors', 'gguf']);
  });

  it('believe the header of a .bin with a name of its own', () => {
    assert.deepEqual(frameworksOf([], { headers: { 'weights.bin': header('pytorch', { F32: 1 }) } }), ['pytorch']);
    assert.deepEqual(frameworksOf([], { headers: { 'training_args.bin': header('pytorch', {}) } }), []);
    assert.deepEqual(frameworksOf(['weights.bin']), []);
  });

  it('need several files for Keras 3, and the library for a bare pickle', () => {
    assert.ok(frameworksOf(['config.json', 'metadata.json', 'model.weights.h5']).includes('keras'));
    assert.ok(!frameworksOf(['model.weights.h5']).includes('keras'));
    assert.ok(frameworksOf(['model.pkl'], { yaml: 'library_name: sklearn' }).includes('joblib'));
    assert.ok(!frameworksOf(['model.pkl']).includes('joblib'));
  });
});
