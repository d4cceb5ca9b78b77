import assert from 'node:assert/strict';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { verdictOf } from '../../../indexer/formats/pickleImports.js';
import type { WeightHeader } from '../../../indexer/formats/types.js';

const read = (path: string, bytes: Buffer): Promise<WeightHeader | null> => readWeightHeader(path, bufferReader(bytes));

function safetensors(header: string | Buffer, bodyBytes: number): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header as string), Buffer.alloc(bodyBytes)]);
}

/** A GGUF v3 with one text, one float and one tensor, in either byte order. */
function gguf(isBig: boolean, elements = 8): Buffer {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    isBig ? bytes.writeUInt32BE(value) : bytes.writeUInt32LE(value);
    return bytes;
  };
  const u64 = (value: number): Buffer => {
    const bytes = Buffer.alloc(8);
    isBig ? bytes.writeBigUInt64BE(BigInt(value)) : bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const f32 = Buffer.alloc(4);
  isBig ? f32.writeFloatBE(0.5) : f32.writeFloatLE(0.5);
  const text = (value: string): Buffer => Buffer.concat([u64(value.length), Buffer.from(value)]);
  return Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(1),
    u64(2),
    ...[text('general.architecture'), u32(8), text('llama'), text('llama.eps'), u32(6), f32],
    ...[text('w'), u32(1), u64(elements), u32(1), u64(0)],
    Buffer.alloc(64),
  ]);
}

describe('weight headers of other machines and of liars', () => {
  for (const isBig of [false, true]) {
    it(`GGUF, ${isBig ? 'big' : 'little'}-endian`, async () => {
      const header = await read('m.gguf', gguf(isBig));
      assert.deepEqual(header?.parameters, { F16: 8 });
      assert.deepEqual(header?.metadata, { version: 3, 'general.architecture': 'llama', 'llama.eps': 0.5 });
    });
  }

  it('GGUF that announces more parameters than its bytes could hold is refused', async () => {
    await assert.rejects(read('m.gguf', gguf(false, 2 ** 40)), { code: 'WEIGHT_HEADER_INVALID' });
  });

  const tensor = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  for (const [what, header, bodyBytes] of [
    ['a name that stands twice', `{"a":${tensor},"a":${tensor}}`, 1],
    ['a name that stands twice, once escaped', `{"a":${tensor},"\\u0061":${tensor}}`, 1],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from('{"'), Buffer.from([0xff]), Buffer.from(`":${tensor}}`)]),
      1,
    ],
    ['a list as __metadata__', '{"__metadata__":["x"]}', 0],
    ['a dtype that every object has', '{"a":{"dtype":"constructor","shape":[1],"data_offsets":[0,1]}}', 1],
  ] as const) {
    it(`safetensors with ${what} is refused`, async () => {
      await assert.rejects(read('m.safetensors', safetensors(header, bodyBytes)), { code: 'WEIGHT_HEADER_INVALID' });
    });
  }

  it('colons, quotes and brackets in names are no keys', async () => {
    const header = await read('m.safetensors', safetensors(`{"a\\":{[:":${tensor},"__metadata__":{"b:":":"}}`, 1));
    assert.equal(header?.tensorCount, 1);
  });

  it('what a pickle imports before it breaks off is told', async () => {
    const header = await read('m.pkl', Buffer.from('\x80\x02cposix\nsystem\nU\x02idR\xff', 'latin1'));
    assert.deepEqual(header?.pickleImports, [{ name: 'posix.system', verdict: 'dangerous' }]);
    assert.match(header?.warnings.at(-1) ?? '', /opcode 0xff is not known/);
  });

  it('bytes at random that begin with the code of an extension are no pickle', async () => {
    const bytes = Buffer.from([0x82, 0x01, 0x4e, 0xdb, 0xff, 0x10]);
    assert.equal(await read('weights.bin', bytes), null);
    await assert.rejects(read('weights.pt', bytes), { code: 'WEIGHT_HEADER_INVALID' });
  });

  it('a file called .bin is a checkpoint that is broken only where it begins as one', async () => {
    for (const bytes of [
      [0x50, 0x4b, 3, 4, 0],
      [0x80, 2, 0x58],
    ])
      await assert.rejects(read('weights.bin', Buffer.from(bytes)), { code: 'WEIGHT_HEADER_INVALID' });
    const header = await read('weights.bin', Buffer.from('cposix\nsystem\n\xff', 'latin1'));
    assert.equal(header?.pickleImports?.[0]?.verdict, 'dangerous');
  });

  it('a pickle behind a harmless one is read too', async () => {
    const header = await read('m.pkl', Buffer.from('\x80\x02}.\x80\x02cposix\nsystem\n.', 'latin1'));
    assert.deepEqual(header?.pickleImports, [{ name: 'posix.system', verdict: 'dangerous' }]);
  });
});

describe('verdicts on what a pickle imports', () => {
  for (const [module, name, verdict] of [
    ['collections', 'OrderedDict', 'innocuous'],
    ['torch._utils', '_rebuild_device_tensor_from_numpy', 'innocuous'],
    ['torch', 'float8_e4m3fn', 'innocuous'],
    ['torch', 'complex64', 'innocuous'],
    ['torch', 'per_channel_affine', 'innocuous'],
    ['copyreg', '_reconstructor', 'innocuous'],
    ['numpy._core.multiarray', '_reconstruct', 'innocuous'],
    ['numpy.f2py.crackfortran', 'getlincoef', 'dangerous'],
    ['numpy.testing._private.utils', 'runstring', 'dangerous'],
    ['_osx_support', '_find_build_tool', 'dangerous'],
    ['_io', 'FileIO', 'dangerous'],
    ['torch.fx.experimental.symbolic_shapes', 'ShapeEnv.evaluate_guards_expression', 'dangerous'],
    ['torch.utils.collect_env', 'run', 'dangerous'],
    ['builtins', 'exec', 'dangerous'],
    ['os', 'system', 'dangerous'],
    ['osmosis', 'system', 'suspicious'],
    ['transformers.training_args', 'TrainingArguments', 'suspicious'],
    ['?', 'x', 'dangerous'],
  ] as const) {
    it(`${module}.${name} is ${verdict}`, () => assert.equal(verdictOf(module, name), verdict));
  }
});
