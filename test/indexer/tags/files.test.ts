import assert from 'node:assert/strict';
import { factFiles, parseFactJson, weightFilesToRead } from '../../../indexer/tags/factFiles.js';
import { findGraphs, hasTokenizerFiles } from '../../../indexer/tags/graphs.js';
import { countParameters } from '../../../indexer/tags/parameters.js';
import { cpuMs } from '../../support/cpuTime.js';
import { entry, header } from './facts.js';

const graphs = (...paths: string[]) => findGraphs(paths.map((path) => entry(path))).graphs;
const labels = (...paths: string[]) => graphs(...paths).map(({ path, label }) => `${label} ${path}`);

describe('findGraphs', () => {
  it('leaves out a graph that its header says cannot run, and says why none is left', () => {
    const onnx = header('onnx', {});
    const files = ['model.onnx', 'onnx/model_int8.onnx'].map((path) => entry(path));
    const broken = { ...onnx, externalFiles: ['/etc/passwd'] };
    const some = findGraphs(files, { 'model.onnx': broken, 'onnx/model_int8.onnx': onnx });
    assert.deepEqual(
      some.graphs.map(({ path }) => path),
      ['onnx/model_int8.onnx'],
    );
    assert.equal(some.graphProblem, undefined);
    const none = findGraphs(files.slice(0, 1), { 'model.onnx': broken });
    assert.equal(none.graphProblem, 'model.onnx names the external data "/etc/passwd": it is an absolute path');
  });

  it('leaves out an encoder whose decoder cannot run: they are one graph', () => {
    const files = ['onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx'].map((path) => entry(path));
    const onnx = header('onnx', {});
    assert.deepEqual(
      findGraphs(files, { 'onnx/encoder_model.onnx': onnx }).graphs.map(({ path }) => path),
      ['onnx/encoder_model.onnx'],
    );
    const broken = { ...onnx, externalFiles: ['/etc/passwd'] };
    const none = findGraphs(files, { 'onnx/encoder_model.onnx': onnx, 'onnx/decoder_model_merged.onnx': broken });
    assert.deepEqual(none.graphs, []);
    assert.match(none.graphProblem ?? '', /^onnx\/decoder_model_merged\.onnx names the external data/);
  });

  it('says why a checkpoint has no graph, and what to add', () => {
    const why = (paths: readonly string[], modelType: unknown = 'bert') =>
      findGraphs(
        paths.map((path) => entry(path)),
        {},
        modelType,
      ).graphProblem;
    const onlyIn = (file: string) => `its weights are only in ${file}, which is not read here; add`;
    assert.equal(
      why(['config.json', 'tf_model.h5']),
      `${onlyIn('tf_model.h5 (TensorFlow)')} model.safetensors or onnx/model.onnx`,
    );
    assert.equal(
      why(['config.json', 'flax_model.msgpack'], 'xyz'),
      `${onlyIn('flax_model.msgpack (Flax)')} onnx/model.onnx`,
    );
    assert.match(why(['config.json', 'rust_model.ot']) ?? '', /rust_model\.ot \(Rust \(tch\)\)/);
    assert.equal(
      why(['config.json', 'pytorch_model.bin'], 'funnel'),
      'the model_type "funnel" is not compiled here; add onnx/model.onnx',
    );
    assert.match(why(['model.safetensors'], null) ?? '', /^model\.safetensors has no config\.json beside it/);
    assert.match(why(['config.json', 'model.safetensors'], null) ?? '', /says no model_type.*onnx\/model\.onnx/);
    assert.equal(why(['config.json', 'model.safetensors', 'tf_model.h5']), undefined);
    assert.equal(why(['README.md', 'model.joblib'], null), undefined);
  });

  it('puts float32 first, then O1 to O4, then the most exact quantised file', () => {
    const found = graphs(
      ...[
        'onnx/model_bnb4.onnx',
        'onnx/model_q4.onnx',
        'onnx/model_uint8.onnx',
        'onnx/model_quantized.onnx',
        'onnx/model_fp16.onnx',
      ],
      ...[
        'onnx/model_O4.onnx',
        'onnx/model_O1.onnx',
        'onnx/model_q4f16.onnx',
        'onnx/model_O3.onnx',
        'onnx/model_O2.onnx',
        'onnx/model.onnx',
      ],
    );
    assert.deepEqual(
      found.map(({ label }) => label),
      ['fp32', 'O1', 'O2', 'O3', 'O4', 'fp16', 'int8', 'uint8', 'q4f16', 'q4', 'bnb4'],
    );
    assert.deepEqual(
      found.map(({ exact }) => exact),
      [true, true, true, true, true, false, false, false, false, false, false],
    );
  });

  it('prefers the root to onnx/, and looks nowhere else', () => {
    assert.deepEqual(labels('onnx/model.onnx', 'model.onnx', 'other/model.onnx'), [
      'fp32 model.onnx',
      'fp32 onnx/model.onnx',
    ]);
  });

  it('knows the names that optimum gives by processor', () => {
    assert.deepEqual(labels('onnx/model_quint8_avx2.onnx', 'onnx/model_qint8_avx512_vnni.onnx'), [
      'int8 onnx/model_qint8_avx512_vnni.onnx',
      'uint8 onnx/model_quint8_avx2.onnx',
    ]);
  });

  it('leaves out parts that cannot run alone, and takes a single graph of any name at the root', () => {
    assert.deepEqual(labels('onnx/encoder_model.onnx', 'onnx/text_model.onnx'), []);
    assert.deepEqual(labels('onnx/decoder_with_past_model.onnx', 'onnx/text_model.onnx'), []);
    assert.deepEqual(labels('squeezenet.onnx'), ['other squeezenet.onnx']);
    assert.deepEqual(labels('a.onnx', 'b.onnx'), []);
  });

  it('takes an encoder and its decoders as one graph, and decoders without an encoder', () => {
    const split = ['encoder_model.onnx', 'decoder_model.onnx', 'decoder_with_past_model.onnx'];
    assert.deepEqual(labels(...split), ['fp32 encoder_model.onnx']);
    assert.deepEqual(labels('onnx/decoder_model.onnx', 'onnx/decoder_model_merged.onnx'), [
      'fp32 onnx/decoder_model_merged.onnx',
    ]);
    const quantised = ['onnx/encoder_model_int8.onnx', 'onnx/decoder_model_merged_int8.onnx'];
    assert.deepEqual(labels(...quantised, 'onnx/encoder_model.onnx', 'onnx/decoder_model_merged.onnx'), [
      'fp32 onnx/encoder_model.onnx',
      'int8 onnx/encoder_model_int8.onnx',
    ]);
  });
});

describe('hasTokenizerFiles', () => {
  const rows: readonly [paths: readonly string[], has: boolean][] = [
    [['tokenizer.json'], true],
    [['vocab.txt'], true],
    [['vocab.json', 'merges.txt'], true],
    [['vocab.json'], true],
    [['spiece.model'], true],
    [['merges.txt'], false],
    [['sub/tokenizer.json'], false],
  ];
  for (const [paths, has] of rows) {
    it(`${paths.join()} → ${has}`, () => assert.equal(hasTokenizerFiles(paths.map((path) => entry(path))), has));
  }
});

describe('countParameters', () => {
  const safetensors = (count: number) => header('safetensors', { F32: count });

  it('prefers safetensors to pickles', () => {
    const headers = { 'pytorch_model.bin': header('pytorch', { F32: 9 }), 'model.safetensors': safetensors(5) };
    assert.deepEqual(countParameters(headers), { total: 5, byDtype: { F32: 5 }, format: 'safetensors' });
  });

  it('adds shards up, per dtype, when all are there', () => {
    const headers = {
      'model-00001-of-00002.safetensors': header('safetensors', { F32: 1, I64: 2 }),
      'model-00002-of-00002.safetensors': safetensors(10),
    };
    assert.deepEqual(countParameters(headers), { total: 13, byDtype: { F32: 11, I64: 2 }, format: 'safetensors' });
  });

  it('gives no part of a count when a shard is missing', () => {
    assert.equal(countParameters({ 'model-00001-of-00002.safetensors': safetensors(1) }), null);
  });

  it('counts one of several alternatives', () => {
    const onnx = (count: number) => header('onnx', { F32: count });
    assert.equal(
      countParameters({ 'onnx/decoder.onnx': onnx(1), 'onnx/model.onnx': onnx(7), 'onnx/model_int8.onnx': onnx(3) })
        ?.total,
      7,
    );
    assert.equal(
      countParameters({ 'a.Q4_0.gguf': header('gguf', { Q4_0: 4 }), 'b.Q8_0.gguf': header('gguf', { Q8_0: 8 }) })
        ?.total,
      4,
    );
  });

  it('takes the denoiser of a diffusers repository, not the first folder', () => {
    const path = 'diffusion_pytorch_model.safetensors';
    const headers = {
      'text_encoder/model.safetensors': safetensors(1),
      [`unet/${path}`]: safetensors(100),
      [`vae/${path}`]: safetensors(10),
    };
    assert.equal(countParameters(headers)?.total, 100);
  });

  it('takes the model at the root, not the snapshots of its training', () => {
    assert.equal(
      countParameters({ 'checkpoint-5/model.safetensors': safetensors(1), 'model.safetensors': safetensors(7) })?.total,
      7,
    );
  });

  it('is null without counts', () => assert.equal(countParameters({ 'model.pkl': header('pickle', {}) }), null));
});

describe('files that the derivation reads', () => {
  it('are the small JSON files at the root, never pointers', () => {
    const files = [
      entry('config.json'),
      entry('sub/config.json'),
      entry('tokenizer_config.json', 5_000_000),
      { ...entry('adapter_config.json'), lfs: { oid: 'a', sizeBytes: 1, pointerSizeBytes: 130 } },
      { ...entry('model_index.json'), type: 'symlink' as const },
      entry('modules.json'),
    ];
    assert.deepEqual(
      factFiles(files).map(({ path }) => path),
      ['config.json', 'modules.json'],
    );
  });

  it('are at most 200 weight files, those near the root first and what is no weight last', () => {
    const snapshots = Array.from({ length: 300 }, (_, n) => entry(`checkpoint-${n}/model.safetensors`));
    const chosen = weightFilesToRead([
      ...snapshots,
      entry('model.safetensors'),
      entry('optimizer.pt'),
      entry('empty.onnx', 0),
    ]);
    assert.equal(chosen.length, 200);
    assert.equal(chosen[0]!.path, 'model.safetensors');
    assert.ok(!chosen.some(({ path }) => path === 'optimizer.pt' || path === 'empty.onnx'));
    assert.deepEqual(
      weightFilesToRead([entry('optimizer.pt'), entry('a/b.onnx')]).map(({ path }) => path),
      ['a/b.onnx', 'optimizer.pt'],
    );
  });
});

describe('parseFactJson', () => {
  it('reads what Python writes for numbers that are none, and leaves texts alone', () => {
    assert.deepEqual(parseFactJson('{"a": NaN, "b": [-Infinity, 1], "c": "NaN \\" Infinity", "d": Infinity}'), {
      a: null,
      b: [null, 1],
      c: 'NaN " Infinity',
      d: null,
    });
  });

  it('throws SyntaxError for the rest, and takes no time over a text that never ends', () => {
    assert.throws(() => parseFactJson('{a: 1}'), SyntaxError);
    const endless = `{"a": NaN, "b": "${'\\"'.repeat(500_000)}`;
    const took = cpuMs(() => assert.throws(() => parseFactJson(endless), SyntaxError));
    assert.ok(took < 2000, `took ${took} ms`);
  });
});
