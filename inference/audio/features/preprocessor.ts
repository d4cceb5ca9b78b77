import { HubError } from '../../../config/errors.js';
import { maxRate, minRate } from '../sound.js';

/** preprocessor_config.json: a key that is absent has the value that its class in transformers has. */
export class Preprocessor {
  readonly #json: Readonly<Record<string, unknown>>;

  constructor(json: Readonly<Record<string, unknown>>) {
    this.#json = json;
  }

  get kind(): string | null {
    const kind = this.#json.feature_extractor_type ?? this.#json.image_processor_type ?? null;
    return typeof kind === 'string' ? kind : null;
  }

  /** Samples a second; all speech models but a few take 16,000. */
  get rate(): number {
    return this.size('sampling_rate', 16_000, maxRate, minRate);
  }

  /** A whole number from `least` to `most`. */
  size(key: string, fallback: number, most: number, least = 1): number {
    const value = this.#json[key] ?? fallback;
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
    return this.#refuse(key, `a whole number from ${least} to ${most}`);
  }

  number(key: string, fallback: number): number {
    const value = this.#json[key] ?? fallback;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#refuse(key, 'a number');
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#json[key] ?? fallback;
    return typeof value === 'boolean' ? value : this.#refuse(key, 'true or false');
  }

  #refuse(key: string, takes: string): never {
    const written = JSON.stringify(this.#json[key])?.slice(0, 100);
    throw new HubError('INFERENCE_UNAVAILABLE', {
      reason: `preprocessor_config.json says ${written} for ${key}; understood is ${takes}`,
    });
  }
}
