import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../config/projectRoot.js';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { u32, u64 } from './files.js';

const text = (value: string): Buffer => Buffer.concat([u64(value.length), Buffer.from(value)]);
const texts = (values: readonly string[]): Buffer =>
  Buffer.concat([u32(9), u32(8), u64(values.length), ...values.map(text)]);

describe('what is shown of a header', () => {
  it('GGUF: short lists, lengths of long ones, the name of the file type', async () => {
    const pairs = [
      ['general.file_type', u32(4), u32(15)],
      ['general.tags', texts(['chat', 'code'])],
      ['tokenizer.ggml.tokens', texts(Array.from({ length: 51 }, (_, n) => `t${n}`))],
      ['tokenizer.ggml.scores', u32(9), u32(6), u64(3), Buffer.alloc(12)],
    ] as const;
    const file = Buffer.concat([
      ...[Buffer.from('GGUF'), u32(3), u64(0), u64(pairs.length)],
      ...pairs.map(([key, ...value]) => Buffer.concat([text(key), ...value])),
    ]);
    const header = await readWeightHeader('m.gguf', bufferReader(file));
    assert.deepEqual(header?.metadata, {
      version: 3,
      'general.file_type': 15,
      fileType: 'Q4_K_M',
      'general.tags': 'chat, code',
      'tokenizer.ggml.tokens': '51 values',
      'tokenizer.ggml.scores': '3 values',
    });
  });

  it('ONNX: inputs and outputs with type and shape, operators', async () => {
    const file = path.join(projectRoot, 'test', 'fixtures', 'models', 'distilbert-seqcls', 'model.onnx');
    const header = await readWeightHeader('model.onnx', bufferReader(readFileSync(file)));
    assert.match(String(header?.metadata.inputs), /^input_ids I64 \[\w+, \w+\]; attention_mask I64 \[/);
    assert.match(String(header?.metadata.outputs), /^logits F32 \[/);
    assert.match(String(header?.metadata.operators), /\bMatMul \d+/);
  });

  it('msgpack: an array that announces more elements than bytes is refused', async () => {
    const array = Buffer.from('\x93\x91\xce\x7f\xff\xff\xff\xa7float32\xc4\x00', 'latin1');
    const file = Buffer.concat([Buffer.from([0x81, 0xa1, 0x77, 0xc7, array.length, 1]), array]);
    await assert.rejects(readWeightHeader('m.msgpack', bufferReader(file)), /more elements than its bytes/);
  });
});
