import assert from 'node:assert/strict';
import type { ModelRecord } from '../../../../indexer/tags/types.js';
import { weightsOf } from '../../../../server/pages/model/weights.js';

const ref = { kind: 'model', owner: 'acme', name: 'm' } as const;
const place = { ref, branch: 'main', opens: true };
type File = ModelRecord['weights'][number];
const file = (path: string, format: string, sizeBytes = 1, gguf?: File['gguf']): File => ({
  path,
  format,
  sizeBytes,
  warnings: [],
  ...(gguf ? { gguf } : {}),
});
const linesOf = (weights: readonly File[]) =>
  weightsOf({ parameters: null, weights } as unknown as ModelRecord, place)!.lines.map(
    ({ label, files, bytes }) => `${label} ${files} ${bytes}`,
  );

describe('weights in a few lines', () => {
  it('are one a format, shards together', () => {
    const shards = [1, 2].map((n) => file(`model-0000${n}-of-00002.safetensors`, 'safetensors', 10));
    assert.deepEqual(linesOf([...shards, file('onnx/model.onnx', 'onnx', 5)]), ['Safetensors 2 20', 'ONNX 1 5']);
  });

  it('are one a quantisation of GGUF, the smallest first, by name where two have the same', () => {
    const of = (path: string, sizeBytes: number, quantisation: string) =>
      file(path, 'gguf', sizeBytes, { architecture: 'llama', contextLength: 64, quantisation });
    assert.deepEqual(
      linesOf([
        of('a-Q8_0-00001-of-00002.gguf', 30, 'Q8_0'),
        of('a-Q8_0-00002-of-00002.gguf', 30, 'Q8_0'),
        of('a-Q4_K_M.gguf', 20, 'Q4_K_M'),
        of('a-F16.gguf', 90, 'F16'),
        of('mmproj-F16.gguf', 10, 'F16'),
      ]),
      ['mmproj-F16 1 10', 'Q4_K_M 1 20', 'Q8_0 2 60', 'a-F16 1 90'],
    );
  });

  it('lead to the header of the first file, whatever its name is', () => {
    const { lines } = weightsOf(
      { parameters: null, weights: [file('a b/ü?.bin', 'pytorch')] } as unknown as ModelRecord,
      { ...place, branch: 'a/b' },
    )!;
    assert.equal(lines[0]!.href, '/acme/m/blob/a%2Fb/a%20b/%C3%BC%3F.bin');
  });

  it('lead nowhere where the files are not for the viewer', () => {
    const model = { parameters: null, weights: [file('a.bin', 'pytorch')] } as unknown as ModelRecord;
    assert.equal(weightsOf(model, { ...place, opens: false })!.lines[0]!.href, null);
  });

  it('are only pickles, or not', () => {
    const only = (...formats: string[]) =>
      weightsOf(
        { parameters: null, weights: formats.map((format) => file(format, format)) } as unknown as ModelRecord,
        place,
      )?.onlyPickles;
    assert.equal(only('pytorch', 'pickle'), true);
    assert.equal(only('pytorch', 'safetensors'), false);
    assert.equal(only(), undefined);
  });
});
