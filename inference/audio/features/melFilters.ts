/** One triangle over the bins of a spectrum: its weights from bin `first` on. */
export interface MelFilter {
  readonly first: number;
  readonly weights: Float64Array;
}

export function applied({ first, weights }: MelFilter, powers: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k += 1) sum += weights[k]! * powers[first + k]!;
  return sum;
}

/**
 * Filters from 0 to `maxHertz` whose corners lie evenly on the mel scale of M. Slaney's Auditory Toolbox (straight below
 * 1 kHz, logarithmic above), each divided by its width; `bins` bins reach from 0 to half of the rate.
 */
export function slaneyFilters(count: number, bins: number, rate: number, maxHertz: number): readonly MelFilter[] {
  const top = slaneyMel(maxHertz);
  const corners = Array.from({ length: count + 2 }, (_, i) => slaneyHertz((i * top) / (count + 1)));
  const hertz = Array.from({ length: bins }, (_, k) => (k * Math.floor(rate / 2)) / (bins - 1));
  return triangles(corners, hertz, (left, right) => 2 / (right - left));
}

/** Filters as Kaldi has them: triangles on the scale 1127·ln(1 + f/700) itself, from 20 Hz to half of the rate. */
export function kaldiFilters(count: number, length: number, rate: number): readonly MelFilter[] {
  const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
  const low = mel(20);
  const step = (mel(rate / 2) - low) / (count + 1);
  const corners = Array.from({ length: count + 2 }, (_, i) => low + i * step);
  // The last bin, half of the rate, is left out.
  const mels = Array.from({ length: length / 2 }, (_, k) => mel((k * rate) / length));
  return triangles(corners, mels, () => 1);
}

function triangles(
  corners: readonly number[],
  places: readonly number[],
  height: (left: number, right: number) => number,
): readonly MelFilter[] {
  return Array.from({ length: corners.length - 2 }, (_, i) => {
    const [left, top, right] = corners.slice(i, i + 3) as [number, number, number];
    const weights = places.map((place) => {
      const weight = Math.min((place - left) / (top - left), (right - place) / (right - top));
      return Math.max(0, weight) * height(left, right);
    });
    const first = weights.findIndex((weight) => weight > 0);
    if (first < 0) return { first: 0, weights: new Float64Array() };
    const last = weights.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(weights.slice(first, last + 1)) };
  });
}

const straightTop = 1000;
const straightMels = 15;
const logStep = Math.log(6.4) / 27;

function slaneyMel(hertz: number): number {
  return hertz < straightTop ? (hertz * 3) / 200 : straightMels + Math.log(hertz / straightTop) / logStep;
}

function slaneyHertz(mel: number): number {
  return mel < straightMels ? (mel * 200) / 3 : straightTop * Math.exp(logStep * (mel - straightMels));
}
