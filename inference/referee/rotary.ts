import type { Config } from '../compile/config.js';
import { unable } from './unable.js';

/** Rotary places (arXiv 2104.09864): the angle of each pair of numbers per place, and the length they are turned to. */
export interface Turning {
  readonly angles: readonly number[];
  readonly length: number;
  /** Other angles, for texts with so many places and more. */
  readonly afar?: { readonly from: number; readonly angles: readonly number[] };
}

/** θ^(−2i/size) */
export function plainTurning(theta: number, size: number): Turning {
  return {
    angles: Array.from({ length: Math.floor(size / 2) }, (_, pair) => theta ** ((-2 * pair) / size)),
    length: 1,
  };
}

/** The angles that config.json asks for. @throws HubError INFERENCE_UNAVAILABLE for a kind the referee does not know */
export function turningOf(config: Config, size: number, defaultTheta: number): Turning {
  const scaling = config.part(config.has('rope_scaling') ? 'rope_scaling' : 'rope_parameters');
  const theta = config.has('rope_theta') ? config.number('rope_theta') : scaling.number('rope_theta', defaultTheta);
  const plain = plainTurning(theta, size);
  const kind = scaling.text('rope_type') ?? scaling.text('type') ?? 'default';
  switch (kind) {
    case 'default':
    // The base grows with texts that are longer than the model was trained on; the referee's are short.
    case 'dynamic':
      return plain;
    case 'linear':
      return { ...plain, angles: plain.angles.map((angle) => angle / scaling.number('factor')) };
    case 'llama3':
      return { ...plain, angles: plain.angles.map((angle) => stretchedByWave(angle, scaling)) };
    case 'yarn':
      return yarn(plain, theta, size, config, scaling);
    case 'longrope':
    case 'su':
      return longRope(plain, config, scaling);
    default:
      throw unable(`the referee does not know the rope_scaling ${kind.slice(0, 100)}`);
  }
}

/** Llama 3.1: long waves are stretched whole, short ones not at all, those between by their share. */
function stretchedByWave(angle: number, scaling: Config): number {
  const turns = (scaling.size('original_max_position_embeddings') * angle) / (2 * Math.PI);
  const [low, high] = [scaling.number('low_freq_factor'), scaling.number('high_freq_factor')];
  const share = Math.min(1, Math.max(0, (turns - low) / (high - low)));
  return share * angle + ((1 - share) * angle) / scaling.number('factor');
}

/** YaRN (arXiv 2309.00071): pairs that turn often in a text stay, those that turn less than once are stretched. */
function yarn(plain: Turning, theta: number, size: number, config: Config, scaling: Config): Turning {
  const factor = scaling.number('factor');
  const trained = scaling.integer('original_max_position_embeddings') ?? config.size('max_position_embeddings');
  const pairThatTurns = (turns: number) => (size / 2) * (Math.log(trained / (2 * Math.PI * turns)) / Math.log(theta));
  const isRounded = scaling.flag('truncate', true);
  const fast = pairThatTurns(scaling.number('beta_fast', 32));
  const slow = pairThatTurns(scaling.number('beta_slow', 1));
  const from = Math.max(0, isRounded ? Math.floor(fast) : fast);
  const to = Math.min(size - 1, isRounded ? Math.ceil(slow) : slow);
  const angles = plain.angles.map((angle, pair) => {
    const stretch = Math.min(1, Math.max(0, (pair - from) / (to === from ? 0.001 : to - from)));
    return angle * (1 - stretch) + (angle / factor) * stretch;
  });
  return { angles, length: yarnLength(factor, scaling) };
}

/** LongRoPE (arXiv 2402.13753): each pair is slowed by a factor of its own, others for texts that are longer than trained on. */
function longRope(plain: Turning, config: Config, scaling: Config): Turning {
  const most = config.size('max_position_embeddings');
  const trained = config.size('original_max_position_embeddings', most);
  const stretch = config.has('original_max_position_embeddings') ? most / trained : scaling.number('factor');
  const length = stretch > 1 ? Math.sqrt(1 + Math.log(stretch) / Math.log(trained)) : 1;
  const slowed = (key: string) => {
    const factors = scaling.numbers(key, []);
    return plain.angles.map((angle, pair) => angle / factors[pair]!);
  };
  return {
    angles: slowed('short_factor'),
    length: scaling.number('attention_factor', length),
    afar: { from: trained, angles: slowed('long_factor') },
  };
}

function yarnLength(factor: number, scaling: Config): number {
  if (scaling.has('attention_factor')) return scaling.number('attention_factor');
  const of = (weight: number) => (factor > 1 ? 1 + 0.1 * weight * Math.log(factor) : 1);
  const [some, all] = [scaling.number('mscale', 0), scaling.number('mscale_all_dim', 0)];
  return some && all ? of(some) / of(all) : of(1);
}

interface TurnOptions {
  /** Whether a number is turned with the next instead of with that half of them further on. */
  readonly neighbours?: boolean;
  /** The last place of a token's text. */
  readonly lastPlaceOf?: (token: number) => number;
}

/** Turns the first numbers of each head of x [tokens, heads·headSize]: number i with number i + half. */
export function turn(
  x: Float32Array,
  headSize: number,
  turning: Turning,
  placeOf: (token: number) => number,
  width: number,
  { neighbours = false, lastPlaceOf = () => 0 }: TurnOptions = {},
): Float32Array {
  const { length, afar } = turning;
  const half = turning.angles.length;
  const y = x.slice();
  for (let start = 0; start < x.length; start += headSize) {
    const token = Math.floor(start / width);
    const place = placeOf(token);
    const angles = afar && lastPlaceOf(token) >= afar.from ? afar.angles : turning.angles;
    for (const [pair, angle] of angles.entries()) {
      const [cos, sin] = [Math.cos(place * angle) * length, Math.sin(place * angle) * length];
      const [first, second] = neighbours ? [2 * pair, 2 * pair + 1] : [pair, half + pair];
      const [a, b] = [x[start + first]!, x[start + second]!];
      y[start + first] = a * cos - b * sin;
      y[start + second] = b * cos + a * sin;
    }
  }
  return y;
}
