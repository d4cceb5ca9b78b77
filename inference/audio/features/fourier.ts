/** Frames are short; larger numbers are hostile. */
const maxLength = 16_384;
/** A prime factor costs its square. */
const maxFactor = 31;

/** Whether frames of so many samples, an even number, are taken apart here. */
export function canTransform(length: number): boolean {
  return length % 2 === 0 && length >= 2 && length <= maxLength && Math.max(...factorsOf(length)) <= maxFactor;
}

/** Takes frames of `length` samples apart into frequencies: the discrete Fourier transform, by the factors of the length. */
export class FourierTransform {
  readonly length: number;
  readonly #factors: readonly number[];
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;

  constructor(length: number) {
    this.length = length;
    this.#factors = factorsOf(length);
    this.#cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
    this.#real = new Float64Array(length);
    this.#imaginary = new Float64Array(length);
  }

  /**
   * |X|² of two frames at once, `length / 2 + 1` numbers each: one is the real part of the transform, the other the imaginary
   * one, and the symmetry of real signals takes them apart again.
   */
  powers(first: Float64Array, second: Float64Array, firstPowers: Float64Array, secondPowers: Float64Array): void {
    this.#step(first, second, 0, 1, 0, this.length, 0);
    const [re, im] = [this.#real, this.#imaginary];
    for (let k = 0; k <= this.length / 2; k += 1) {
      const mirror = (this.length - k) % this.length;
      const evenRe = (re[k]! + re[mirror]!) / 2;
      const oddIm = (im[k]! - im[mirror]!) / 2;
      const evenIm = (im[k]! + im[mirror]!) / 2;
      const oddRe = (re[k]! - re[mirror]!) / 2;
      firstPowers[k] = evenRe * evenRe + oddIm * oddIm;
      secondPowers[k] = evenIm * evenIm + oddRe * oddRe;
    }
  }

  /** The transform of every `stride`th sample from `from` on, put at `to`. */
  #step(
    re: Float64Array,
    im: Float64Array,
    from: number,
    stride: number,
    to: number,
    length: number,
    depth: number,
  ): void {
    if (length === 1) {
      this.#real[to] = re[from]!;
      this.#imaginary[to] = im[from]!;
      return;
    }
    const factor = this.#factors[depth]!;
    const part = length / factor;
    for (let q = 0; q < factor; q += 1)
      this.#step(re, im, from + q * stride, stride * factor, to + q * part, part, depth + 1);
    for (let k = 0; k < part; k += 1) this.#butterfly(to + k, part, factor, k * (this.length / length));
  }

  /** Joins the transforms of `factor` parts at one frequency; `turn` is its angle in steps of the whole. */
  #butterfly(at: number, part: number, factor: number, turn: number): void {
    const [cos, sin, real, imaginary, length] = [this.#cos, this.#sin, this.#real, this.#imaginary, this.length];
    for (let q = 0; q < factor; q += 1) {
      const [c, s] = [cos[(q * turn) % length]!, sin[(q * turn) % length]!];
      const [re, im] = [real[at + q * part]!, imaginary[at + q * part]!];
      turnedReal[q] = re * c - im * s;
      turnedImaginary[q] = re * s + im * c;
    }
    const step = length / factor;
    for (let r = 0; r < factor; r += 1) {
      let sumRe = 0;
      let sumIm = 0;
      for (let q = 0; q < factor; q += 1) {
        const angle = ((q * r) % factor) * step;
        const [c, s] = [cos[angle]!, sin[angle]!];
        sumRe += turnedReal[q]! * c - turnedImaginary[q]! * s;
        sumIm += turnedReal[q]! * s + turnedImaginary[q]! * c;
      }
      real[at + r * part] = sumRe;
      imaginary[at + r * part] = sumIm;
    }
  }
}

const turnedReal = new Float64Array(maxFactor);
const turnedImaginary = new Float64Array(maxFactor);

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
