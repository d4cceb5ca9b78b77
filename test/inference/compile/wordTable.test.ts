import assert from 'node:assert/strict';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { fileReader, readOnnxModel } from '../../../indexer/formats/index.js';
import { wordTableRows } from '../../../inference/compile/wordTable.js';

const node = (operator: string, inputs: readonly string[], output: string) => ({ operator, inputs, output });
const tables = [
  { name: 'words', shape: [100, 8] },
  { name: 'places', shape: [16, 8] },
];

describe('the table that a graph looks its tokens up in', () => {
  it('is found behind casts and other shapes of the tokens, and where its numbers are widened first', () => {
    const lookups = [
      node('Gather', ['places', 'position_ids'], 'a'),
      node('Cast', ['input_ids'], 'b'),
      node('Reshape', ['b', 'shape'], 'c'),
      node('DequantizeLinear', ['words', 'scale'], 'd'),
      node('Gather', ['d', 'c'], 'e'),
    ];
    assert.equal(wordTableRows({ lookups, tables }), 100);
  });

  it("is that of ONNX Runtime's fused embedding", () => {
    const lookups = [node('EmbedLayerNormalization', ['input_ids', '', 'words', 'places'], 'a')];
    assert.equal(wordTableRows({ lookups, tables }), 100);
  });

  it('is none where no table is read by tokens, or in circles', () => {
    assert.equal(wordTableRows({ lookups: [node('Gather', ['places', 'position_ids'], 'a')], tables }), null);
    const circle = [node('Cast', ['b'], 'a'), node('Cast', ['a'], 'b'), node('Gather', ['words', 'a'], 'c')];
    assert.equal(wordTableRows({ lookups: circle, tables }), null);
  });

  for (const [file, rows] of [
    ['models/bert-ner/onnx/model.onnx', 650],
    ['models/deberta-v3-nli/onnx/model.onnx', 456],
    ['generation/bart-tiny/onnx/encoder_model.onnx', 320],
    ['generation/bart-tiny/onnx/decoder_model_merged.onnx', 320],
    ['tabular/columns.onnx', null],
  ] as const)
    it(`is read of ${file}`, async () => {
      const reader = await fileReader(path.join(projectRoot, 'test', 'fixtures', file));
      const { lookups, initializers } = await readOnnxModel(file, reader).finally(() => reader.close());
      assert.equal(wordTableRows({ lookups, tables: initializers }), rows);
    });
});
