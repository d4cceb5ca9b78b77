import assert from 'node:assert/strict';
import type { Tensor } from '../../../inference/pipelines/model.js';
import { closenessOf } from '../../../inference/quantise/answers.js';
import { quantised, smoothingFactors } from '../../../inference/quantise/int8Layer.js';

const matrix = { data: Float32Array.of(1, -2, 0.5, 0, 0, 0), outputs: 2, inputs: 3 };

describe('a linear layer in int8', () => {
  it('has a scale for each output and lies as ONNX multiplies it', () => {
    const { data, scales } = quantised(matrix, Float32Array.of(1, 1, 1));
    assert.deepEqual([...data], [64, 0, -127, 0, 32, 0]);
    assert.deepEqual([...scales], [Math.fround(2 / 127), 0]);
  });

  it('has its weights multiplied by what its inputs are divided by', () => {
    const { data, scales } = quantised(matrix, Float32Array.of(4, 1, 2));
    assert.deepEqual(
      [...data],
      [127, 0, -64, 0, 32, 0].map((value) => (value === -64 ? Math.round(-63.5) : value)),
    );
    assert.equal(scales[0], Math.fround(4 / 127));
  });

  it('is wrong by half a step at most', () => {
    const data = Float32Array.from({ length: 64 }, (_, at) => Math.sin(at * at) * (at % 7));
    const factors = Float32Array.from({ length: 8 }, (_, at) => 0.5 + at);
    const made = quantised({ data, outputs: 8, inputs: 8 }, factors);
    for (let output = 0; output < 8; output++)
      for (let input = 0; input < 8; input++) {
        const exact = data[output * 8 + input]! * factors[input]!;
        const error = Math.abs(made.data[input * 8 + output]! * made.scales[output]! - exact);
        assert.ok(error <= made.scales[output]! * 0.5001, `${output}, ${input}: ${error}`);
      }
  });

  it('is evened out by the largest weight of all layers that read an input', () => {
    const other = { data: Float32Array.of(0, -8, 0), outputs: 1, inputs: 3 };
    const factors = smoothingFactors(Float32Array.of(32, 32, 0), [matrix, other]);
    assert.ok(Math.abs(factors[0]! - 32 ** 0.6) < 1e-4);
    assert.ok(Math.abs(factors[1]! - 32 ** 0.6 / 8 ** 0.4) < 1e-4);
    assert.equal(factors[2], 1, 'an input that is always zero has nothing to even out');
  });
});

describe('the closeness of answers', () => {
  const answer = (name: string, ...values: number[]): ReadonlyMap<string, Tensor> =>
    new Map([[name, { data: Float32Array.from(values), dims: [1, values.length] }]]);

  it('is that of the worst text', () => {
    const exact = [answer('vector', 1, 0), answer('vector', 1, 0)];
    const { cosine, hasSameTop } = closenessOf(exact, [answer('vector', 1, 0), answer('vector', 3, 4)]);
    assert.ok(Math.abs(cosine - 0.6) < 1e-6);
    assert.equal(hasSameTop, true);
  });

  it('sees another highest score', () => {
    assert.equal(closenessOf([answer('logits', 2, 1.99)], [answer('logits', 1.99, 2)]).hasSameTop, false);
  });

  it('compares single scores over all texts, since alone they always agree', () => {
    const exact = [1, 2, 3].map((score) => answer('logits', score));
    const reversed = [3, 2, 1].map((score) => answer('logits', score));
    assert.ok(Math.abs(closenessOf(exact, reversed).cosine - -1) < 1e-6);
    assert.ok(closenessOf(exact, exact).cosine > 0.999999);
  });

  it('is none where an output is missing or is no number', () => {
    assert.equal(closenessOf([answer('vector', 1, 0)], [answer('other', 1, 0)]).cosine, -1);
    assert.equal(closenessOf([answer('vector', 1, 0)], [answer('vector', Number.NaN, 0)]).cosine, -1);
  });
});
