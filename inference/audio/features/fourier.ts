/** Frames are short; larger numbers are hostile. */
const maxLength = 16_384;
/** A prime factor costs its square. */
const maxFactor = 31;

/** Whether frames of so many samples, an even number, are taken apart here. */
export function canTransform(length: number): boolean {
  return length % 2 === 0 && length >= 2 && length <= maxLength && Math.max(...factorsOf(length)) <= maxFactor;
}

/**
 * Takes frames of `length` samples apart into frequencies: the discrete Fourier transform, by the factors of the length.
 * Step by step, transforms of short parts are joined to those of parts that are as many times longer as the factor says.
 */
export class FourierTransform {
  readonly length: number;
  readonly #steps: readonly Step[];
  #real: Float64Array;
  #imaginary: Float64Array;
  #nextReal: Float64Array;
  #nextImaginary: Float64Array;

  constructor(length: number) {
    this.length = length;
    this.#steps = stepsOf(length);
    this.#real = new Float64Array(length);
    this.#imaginary = new Float64Array(length);
    this.#nextReal = new Float64Array(length);
    this.#nextImaginary = new Float64Array(length);
  }

  /**
   * |X|² of two frames at once, `length / 2 + 1` numbers each: one is the real part of the transform, the other the imaginary
   * one, and the symmetry of real signals takes them apart again.
   */
  powers(first: Float64Array, second: Float64Array, firstPowers: Float64Array, secondPowers: Float64Array): void {
    this.#real.set(first);
    this.#imaginary.set(second);
    for (const step of this.#steps) {
      joinParts(step, this.#real, this.#imaginary, this.#nextReal, this.#nextImaginary);
      [this.#real, this.#nextReal] = [this.#nextReal, this.#real];
      [this.#imaginary, this.#nextImaginary] = [this.#nextImaginary, this.#imaginary];
    }
    const [re, im] = [this.#real, this.#imaginary];
    for (let k = 0; k <= this.length / 2; k += 1) {
      const mirror = k === 0 ? 0 : this.length - k;
      const evenRe = (re[k]! + re[mirror]!) / 2;
      const oddIm = (im[k]! - im[mirror]!) / 2;
      const evenIm = (im[k]! + im[mirror]!) / 2;
      const oddRe = (re[k]! - re[mirror]!) / 2;
      firstPowers[k] = evenRe * evenRe + oddIm * oddIm;
      secondPowers[k] = evenIm * evenIm + oddRe * oddRe;
    }
  }
}

/** Joins `factor` parts of `part` numbers each, for all `count` groups of them. */
interface Step {
  readonly factor: number;
  readonly part: number;
  readonly count: number;
  /** Turns of each part at each frequency, and of each part in each result: cosines, then sines. */
  readonly turns: readonly [Float64Array, Float64Array];
  readonly mixes: readonly [Float64Array, Float64Array];
}

function stepsOf(length: number): readonly Step[] {
  let part = 1;
  return factorsOf(length).map((factor) => {
    const whole = part * factor;
    const step: Step = {
      factor,
      part,
      count: length / whole,
      turns: circle(
        whole,
        Array.from({ length: whole }, (_, i) => Math.floor(i / factor) * (i % factor)),
      ),
      mixes: circle(
        factor,
        Array.from({ length: factor ** 2 }, (_, i) => Math.floor(i / factor) * (i % factor)),
      ),
    };
    part = whole;
    return step;
  });
}

/** Cosines and sines of so many steps backwards on a circle of `whole` steps. */
function circle(whole: number, steps: readonly number[]): readonly [Float64Array, Float64Array] {
  const angle = (step: number) => (-2 * Math.PI * (step % whole)) / whole;
  return [
    Float64Array.from(steps, (step) => Math.cos(angle(step))),
    Float64Array.from(steps, (step) => Math.sin(angle(step))),
  ];
}

const turnedReal = new Float64Array(maxFactor);
const turnedImaginary = new Float64Array(maxFactor);

function joinParts(step: Step, re: Float64Array, im: Float64Array, toRe: Float64Array, toIm: Float64Array): void {
  const { factor, part, count } = step;
  const [turnCos, turnSin] = step.turns;
  const [mixCos, mixSin] = step.mixes;
  for (let group = 0; group < count; group += 1) {
    for (let k = 0; k < part; k += 1) {
      for (let q = 0; q < factor; q += 1) {
        const from = (group + q * count) * part + k;
        const c = turnCos[k * factor + q]!;
        const s = turnSin[k * factor + q]!;
        turnedReal[q] = re[from]! * c - im[from]! * s;
        turnedImaginary[q] = re[from]! * s + im[from]! * c;
      }
      for (let r = 0; r < factor; r += 1) {
        let sumRe = 0;
        let sumIm = 0;
        for (let q = 0; q < factor; q += 1) {
          const c = mixCos[r * factor + q]!;
          const s = mixSin[r * factor + q]!;
          sumRe += turnedReal[q]! * c - turnedImaginary[q]! * s;
          sumIm += turnedReal[q]! * s + turnedImaginary[q]! * c;
        }
        const to = group * part * factor + k + r * part;
        toRe[to] = sumRe;
        toIm[to] = sumIm;
      }
    }
  }
}

function factorsOf(length: number): readonly number[] {
  const factors: number[] = [];
  let left = length;
  for (let factor = 2; left > 1; factor += 1) {
    for (; left % factor === 0; left /= factor) factors.push(factor);
    if (factor * factor > left && left > 1) {
      factors.push(left);
      break;
    }
  }
  return factors;
}
