import assert from 'node:assert/strict';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { verdictOf } from '../../../indexer/formats/pickleImports.js';
import type { RangeReader } from '../../../indexer/formats/types.js';
import { cpuMsOf } from '../../support/cpuTime.js';
import { safetensorsFile } from './files.js';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) | 128);
    if (rest < 128) return Buffer.from(bytes);
  }
}

function field(number: number, length: number): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(length)]);
}

/** Zeros with small pieces at some offsets, and a count of the bytes that were asked for. */
function sparseReader(sizeBytes: number, pieces: ReadonlyMap<number, Buffer>): RangeReader & { readBytes: number } {
  return {
    sizeBytes,
    readBytes: 0,
    async read(offset, length) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - offset)));
      this.readBytes += bytes.length;
      for (const [at, piece] of pieces) {
        if (at + piece.length <= offset || at >= offset + bytes.length) continue;
        for (let index = 0; index < piece.length; index++) {
          const place = at + index - offset;
          if (place >= 0 && place < bytes.length) bytes[place] = piece[index]!;
        }
      }
      return bytes;
    },
  };
}

describe('weight readers and large files', () => {
  it('reads only the header of a safetensors file of 10 GiB', async () => {
    const data = 10 * 2 ** 30;
    const head = safetensorsFile({ w: { dtype: 'U8', shape: [data], data_offsets: [0, data] } }, 0);
    const reader = sparseReader(head.length + data, new Map([[0, head]]));
    const header = await readWeightHeader('model.safetensors', reader);
    assert.deepEqual(header?.parameters, { U8: data });
    assert.equal(reader.readBytes, head.length);
  });

  it('passes over the data of 400 large ONNX initialisers', async () => {
    const raw = 1_000_000;
    const tensor = Buffer.concat([
      Buffer.from([8]),
      varint(500),
      Buffer.from([8]),
      varint(500),
      Buffer.from([16, 1]),
      field(9, raw),
    ]);
    const start = Buffer.concat([field(5, tensor.length + raw), tensor]);
    const graph = (start.length + raw) * 400;
    const model = Buffer.concat([Buffer.from([8, 8]), field(7, graph)]);
    const pieces = new Map([[0, model]]);
    for (let index = 0; index < 400; index++) pieces.set(model.length + index * (start.length + raw), start);
    const reader = sparseReader(model.length + graph, pieces);
    const header = await readWeightHeader('model.onnx', reader);
    assert.equal(header?.tensorCount, 400);
    assert.deepEqual(header?.parameters, { F32: 100_000_000 });
    assert.ok(reader.readBytes < 4_000_000, `${reader.readBytes} bytes were read`);
  });
});

describe('pickles that try to cost time or to hide', () => {
  it('walks a long tuple once, however many calls recall it', async () => {
    const tuple = Buffer.concat([
      Buffer.from('(', 'latin1'),
      Buffer.alloc(50_000, 'N'),
      Buffer.from('tq\x01', 'latin1'),
    ]);
    const call = Buffer.from('h\x00h\x01R0', 'latin1');
    const file = Buffer.concat([
      Buffer.from('\x80\x02ctorch._utils\n_rebuild_parameter\nq\x00', 'latin1'),
      tuple,
      Buffer.concat(Array.from({ length: 20_000 }, () => call)),
      Buffer.from('.'),
    ]);
    const took = await cpuMsOf(() => readWeightHeader('x.pkl', bufferReader(file)));
    assert.ok(took < 3000, `took ${took} ms`);
  });

  it('sees a dangerous module behind a dotted name', () => {
    assert.equal(verdictOf('torch', 'os.system'), 'dangerous');
    assert.equal(verdictOf('torch', 'FloatStorage'), 'innocuous');
  });

  it('refuses a safetensors __metadata__ value that is no text, wherever it stands', async () => {
    const metadata: Record<string, unknown> = {};
    for (let index = 0; index < 150; index++) metadata[`key${index}`] = index === 149 ? 1 : 'text';
    const file = bufferReader(safetensorsFile({ __metadata__: metadata }, 0));
    await assert.rejects(readWeightHeader('m.safetensors', file), /key149 is not a text/);
  });
});

describe('files of millions of small parts', () => {
  const many = (bytes: readonly number[]): Buffer => Buffer.alloc(8_000_000, Buffer.from(bytes));
  for (const [name, file] of [
    ['model.onnx', Buffer.concat([field(7, 8_000_000), many([10, 0])])],
    ['model.mlmodel', many([8, 1])],
    ['model.pkl', Buffer.concat([Buffer.from('\x80\x02', 'latin1'), many([0x4e, 0x30])])],
    ['model.msgpack', Buffer.concat([Buffer.from([0xdf, 0, 0x7f, 0, 0]), many([1])])],
  ] as const) {
    it(`${name} is refused, and others have their turn before that`, async () => {
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      await assert.rejects(readWeightHeader(name, bufferReader(file)), { code: 'WEIGHT_HEADER_INVALID' });
      clearInterval(timer);
      assert.ok(turns >= 5, `${turns} turns`);
    });
  }
});
