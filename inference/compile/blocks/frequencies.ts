import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';

/** How fast the pairs of numbers of a head turn with the token's place. */
export interface Frequencies {
  /** Radians a place, [pairs] or [batch, 1, 1, pairs]: some kinds look at the places, [batch, tokens]. */
  readonly inverse: (g: GraphBuilder, positions: Value) => Value;
  /** How many numbers of a head are turned: two for each pair. */
  readonly size: number;
  /** Multiplies the cosines and sines. */
  readonly factor: number;
}

export interface FrequencyOptions {
  /** Numbers of a head that are turned. */
  readonly size: number;
  /** What `rope_theta` is where config.json has none. */
  readonly theta: number;
  /** What `max_position_embeddings` is where config.json has none. */
  readonly maxPositions: number;
  /** The kind that any `rope_scaling` is: Phi-3's has several names. */
  readonly onlyKind?: 'longrope';
}

/** No head is as large; a hostile file may say so. */
const maxSize = 65_536;

const kinds = ['default', 'linear', 'dynamic', 'llama3', 'yarn', 'longrope'] as const;

/** The numbers of a kind of scaling, and of the whole file. */
interface Scaling {
  readonly values: Config;
  readonly base: number;
  readonly size: number;
  readonly maxPositions: number;
}

/**
 * The rotary frequencies that `rope_theta` and `rope_scaling` of config.json ask for (`rope_parameters` in newer files).
 * They are computed in float32 step by step: at place 4,000 one last bit is 2e-4 radians.
 * @throws HubError INFERENCE_UNAVAILABLE for a kind that is not known
 */
export function frequenciesOf(config: Config, options: FrequencyOptions): Frequencies {
  const { size } = options;
  if (size < 2 || size % 2 !== 0 || size > maxSize)
    throw refusal(`config.json makes ${size} numbers of a head turn; understood are pairs, up to ${maxSize}`);
  const values = config.part(config.has('rope_scaling') ? 'rope_scaling' : 'rope_parameters');
  const base = config.has('rope_theta') ? config.number('rope_theta') : values.number('rope_theta', options.theta);
  const maxPositions = config.size('max_position_embeddings', options.maxPositions);
  const kind = kindOf(values, options);
  const scaling = { values, base, size, maxPositions };
  const plain = plainFrequencies(base, size);
  switch (kind) {
    case 'default':
      return fixed(plain);
    case 'linear':
      return fixed(plain.map((one) => fround(one / values.number('factor'))));
    case 'llama3':
      return fixed(plain.map((one) => llama3(one, scaling)));
    case 'yarn':
      return fixed(yarn(scaling), yarnFactor(values));
    case 'longrope':
      return longRope(config, scaling);
    case 'dynamic':
      return { size, factor: 1, inverse: (g, positions) => dynamic(g, positions, scaling) };
  }
}

function kindOf(values: Config, { onlyKind }: FrequencyOptions): (typeof kinds)[number] {
  const key = values.has('rope_type') ? 'rope_type' : 'type';
  if (!onlyKind || !values.has(key)) return values.choice(key, kinds, 'default');
  values.choice(key, [onlyKind, 'su', 'yarn'], onlyKind);
  return onlyKind;
}

const { fround } = Math;

/** `theta^(-2i/size)`, the unscaled kind. */
export function plainFrequencies(theta: number, size: number): number[] {
  return powers(theta, size).map((power) => fround(1 / power));
}

export function fixed(numbers: readonly number[], factor = 1): Frequencies {
  return { size: 2 * numbers.length, factor, inverse: (g) => g.floats(numbers) };
}

function powers(theta: number, size: number): number[] {
  return Array.from({ length: size / 2 }, (_, i) => fround(fround(theta) ** fround((2 * i) / size)));
}

/** Long waves are stretched, short ones stay, those between go over from one to the other. */
function llama3(inverse: number, { values }: Scaling): number {
  const factor = values.number('factor');
  const low = values.number('low_freq_factor');
  const high = values.number('high_freq_factor');
  const trained = values.size('original_max_position_embeddings');
  const wave = fround((2 * Math.PI) / inverse);
  const stretched = fround(inverse / factor);
  if (wave > trained / low) return stretched;
  if (wave < trained / high) return inverse;
  const share = fround(fround(fround(trained / wave) - low) / (high - low));
  return fround(fround(fround(fround(1 - share) * inverse) / factor) + fround(share * inverse));
}

/** YaRN (arXiv 2309.00071): like llama3, with a ramp over the pairs in place of the wave lengths. */
function yarn({ values, base, size, maxPositions }: Scaling): number[] {
  const factor = values.number('factor');
  const trained = values.integer('original_max_position_embeddings', maxPositions)!;
  const pairOf = (turns: number) => (size * Math.log(trained / (turns * 2 * Math.PI))) / (2 * Math.log(base));
  const whole = values.flag('truncate', true);
  const first = pairOf(values.number('beta_fast', 32));
  const last = pairOf(values.number('beta_slow', 1));
  const low = Math.max(whole ? Math.floor(first) : first, 0);
  const high = Math.min(whole ? Math.ceil(last) : last, size - 1);
  const width = high === low ? 0.001 : high - low;
  return powers(base, size).map((power, pair) => {
    const kept = fround(1 - Math.min(Math.max(fround(fround(pair - low) / width), 0), 1));
    const stretched = fround(1 / fround(factor * power));
    return fround(fround(stretched * fround(1 - kept)) + fround(fround(1 / power) * kept));
  });
}

function yarnFactor(values: Config): number {
  if (values.has('attention_factor')) return values.number('attention_factor');
  const factor = values.number('factor');
  const scale = (by: number) => (factor <= 1 ? 1 : 0.1 * by * Math.log(factor) + 1);
  const above = values.number('mscale', 0);
  const below = values.number('mscale_all_dim', 0);
  return above && below ? scale(above) / scale(below) : scale(1);
}

/**
 * LongRoPE (arXiv 2402.13753): factors of their own for each pair, others once a text is longer than those the model was trained
 * on first; each row for itself.
 */
function longRope(config: Config, { values, base, size, maxPositions }: Scaling): Frequencies {
  const trained = longRopeLimit(config) ?? maxPositions;
  const factor = config.has('original_max_position_embeddings') ? maxPositions / trained : values.number('factor');
  const usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained));
  const inverse = (key: string) => {
    const factors = values.numbers(key, []);
    if (factors.length !== size / 2)
      throw refusal(`config.json has ${factors.length} numbers in rope_scaling.${key} for ${size / 2} pairs of a head`);
    return powers(base, size).map((power, pair) => fround(1 / fround(fround(factors[pair]!) * power)));
  };
  const [short, long] = [inverse('short_factor'), inverse('long_factor')];
  return {
    size,
    factor: values.number('attention_factor', usual),
    inverse(g, positions) {
      const last = g.unsqueeze(g.op('ReduceMax', [positions, g.integers([1])], { keepdims: 1 }), [1, 3]);
      const isLong = g.op('GreaterOrEqual', [last, g.integer(trained)]);
      return g.op('Where', [isLong, g.floats(long), g.floats(short)]);
    },
  };
}

/** Tokens behind which LongRoPE takes its other factors. */
export function longRopeLimit(config: Config): number | null {
  return config.integer('original_max_position_embeddings');
}

/** The base grows with the text once that is longer than those the model was trained on; each row for itself. */
function dynamic(g: GraphBuilder, positions: Value, { values, base, size, maxPositions }: Scaling): Value {
  const factor = values.number('factor');
  const last = g.unsqueeze(g.op('ReduceMax', [g.cast(positions, 'float'), g.integers([1])], { keepdims: 1 }), [1, 3]);
  const length = g.op('Max', [g.add(last, g.float(1)), g.float(maxPositions)]);
  const growth = g.sub(g.div(g.mul(length, g.float(factor)), g.float(maxPositions)), g.float(factor - 1));
  const grown = g.mul(g.op('Pow', [growth, g.float(size / (size - 2))]), g.float(base));
  const exponents = Array.from({ length: size / 2 }, (_, i) => -fround((2 * i) / size));
  return g.op('Pow', [grown, g.floats(exponents)]);
}
