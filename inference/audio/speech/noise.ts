import type { Random } from '../../generation/random.js';

/** So many normally distributed numbers times `scale`, by the method of Box and Muller; a scale of 0 draws nothing. */
export function noise(count: number, scale: number, random: Random): Float32Array {
  const numbers = new Float32Array(count);
  if (scale === 0) return numbers;
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random())) * scale;
    const angle = 2 * Math.PI * random();
    numbers[i] = radius * Math.cos(angle);
    if (i + 1 < count) numbers[i + 1] = radius * Math.sin(angle);
  }
  return numbers;
}
