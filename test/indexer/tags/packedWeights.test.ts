import assert from 'node:assert/strict';
import { bufferReader, readWeightHeader } from '../../../indexer/formats/index.js';
import { quantizationOf } from '../../../indexer/tags/packedWeights.js';
import { countParameters } from '../../../indexer/tags/parameters.js';
import { safetensorsFile } from '../formats/files.js';

const bytesEach: Readonly<Record<string, number>> = {
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F16: 2,
  BF16: 2,
  I32: 4,
  F32: 4,
  I64: 8,
};

type Tensors = Readonly<Record<string, readonly [dtype: string, ...shape: number[]]>>;

async function parametersOf(tensors: Tensors, quantization: unknown): Promise<unknown> {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, [dtype, ...shape]]) => {
      const begin = at;
      at += shape.reduce((product, dimension) => product * dimension, 1) * bytesEach[dtype]!;
      return [name, { dtype, shape, data_offsets: [begin, at] }];
    }),
  );
  const read = await readWeightHeader('model.safetensors', bufferReader(safetensorsFile(header, at)));
  return countParameters({ 'model.safetensors': read! }, quantizationOf({ quantization_config: quantization }))
    ?.byDtype;
}

describe('parameters of quantised weights', () => {
  const gptq: Tensors = {
    'm.norm.weight': ['F16', 5],
    'm.q_proj.qweight': ['I32', 2, 16],
    'm.q_proj.qzeros': ['I32', 1, 2],
    'm.q_proj.scales': ['F16', 1, 16],
    'm.q_proj.g_idx': ['I32', 16],
  };
  const cases: readonly (readonly [string, Tensors, unknown, unknown])[] = [
    ['GPTQ', gptq, { quant_method: 'gptq', bits: 4 }, { F16: 5, I32: 256 }],
    ['AWQ, whose bits are 4 unless it says so', gptq, { quant_method: 'awq' }, { F16: 5, I32: 256 }],
    ['GPTQ of 8 bits', gptq, { quant_method: 'gptq', bits: 8 }, { F16: 5, I32: 128 }],
    ['names alone change nothing', gptq, undefined, { F16: 21, I32: 50 }],
    [
      'bitsandbytes of 4 bits',
      {
        'm.norm.weight': ['BF16', 5],
        'm.q_proj.weight': ['U8', 128, 1],
        'm.q_proj.weight.absmax': ['U8', 4],
        'm.q_proj.weight.nested_absmax': ['F32', 1],
        'm.q_proj.weight.quant_map': ['F32', 16],
        'm.q_proj.weight.quant_state.bitsandbytes__nf4': ['U8', 80],
      },
      { quant_method: 'bitsandbytes', load_in_4bit: true },
      { BF16: 5, U8: 256 },
    ],
    [
      'bitsandbytes of 8 bits',
      { 'm.weight': ['I8', 8, 8], 'm.weight_format': ['U8', 1] },
      { quant_method: 'bitsandbytes', load_in_8bit: true },
      { I8: 64, U8: 1 },
    ],
    [
      'MXFP4',
      {
        'm.experts.down_proj_blocks': ['U8', 8, 16],
        'm.experts.down_proj_scales': ['U8', 8],
        'm.router.weight': ['BF16', 3],
      },
      { quant_method: 'mxfp4' },
      { BF16: 3, U8: 256 },
    ],
    [
      'compressed-tensors, packed',
      {
        'm.weight_packed': ['I32', 4, 2],
        'm.weight_scale': ['BF16', 4],
        'm.weight_shape': ['I64', 2],
        'head.weight': ['BF16', 9],
      },
      {
        quant_method: 'compressed-tensors',
        format: 'pack-quantized',
        config_groups: { group_0: { weights: { num_bits: 4 } } },
      },
      { BF16: 9, I32: 64 },
    ],
    [
      'FP8 with scales',
      { 'm.weight': ['F8_E4M3', 4, 4], 'm.weight_scale_inv': ['F32', 1, 1] },
      { quant_method: 'fp8' },
      { F8_E4M3: 16 },
    ],
  ];
  for (const [what, tensors, quantization, expected] of cases) {
    it(what, async () => assert.deepEqual(await parametersOf(tensors, quantization), expected));
  }
});
