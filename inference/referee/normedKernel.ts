import type { Tensors } from './tensors.js';

/** How a direction and a length are called, by older and newer PyTorch. */
const parts = [
  ['weight_v', 'weight_g'],
  ['parametrizations.weight.original1', 'parametrizations.weight.original0'],
] as const;

/**
 * A kernel that is stored as a direction and a length for each index of `axis`: the direction is scaled to the length. One
 * that is stored whole is as it is.
 */
export async function normedKernel(
  tensors: Tensors,
  name: string,
  axis: number,
): Promise<{ readonly weight: Float32Array; readonly shape: readonly number[] }> {
  const stored = parts.find(([direction]) => tensors.has(`${name}.${direction}`));
  if (!stored) return { weight: await tensors.read(`${name}.weight`), shape: tensors.shapeOf(`${name}.weight`) };
  const [direction, length] = stored.map((part) => `${name}.${part}`) as [string, string];
  const shape = tensors.shapeOf(direction);
  const v = await tensors.read(direction);
  const lengths = await tensors.read(length);
  const behind = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const place = (at: number) => Math.floor(at / behind) % shape[axis]!;
  const squares = new Float64Array(shape[axis]!);
  for (const [at, value] of v.entries()) squares[place(at)]! += value * value;
  const weight = v.map((value, at) => (value * lengths[place(at)]!) / Math.sqrt(squares[place(at)]!));
  return { weight, shape };
}
