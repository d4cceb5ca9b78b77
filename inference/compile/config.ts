import { isJsonObject } from '../../config/jsonObject.js';
import { refusal } from './refusal.js';

/** Sizes in config.json above this are hostile or wrong: no checkpoint has them. */
const maxSize = 2 ** 31;

/**
 * config.json as an architecture reads it. Every reader takes what the transformers library takes when the key is absent,
 * and refuses, naming the key, a value that the graph would not follow.
 */
export class Config {
  readonly #json: Readonly<Record<string, unknown>>;
  /** Where this part stands in the file, for messages: `text_config.`. */
  readonly #place: string;

  constructor(json: Readonly<Record<string, unknown>>, place = '') {
    this.#json = json;
    this.#place = place;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#json, key) && this.#json[key] !== null;
  }

  isText(key: string): boolean {
    return typeof this.#valueOf(key) === 'string';
  }

  /** Whether the key stands there with the value null: `none` where an absent key means a default. */
  saysNull(key: string): boolean {
    return this.#valueOf(key) === null;
  }

  /** A whole number above 0, or `fallback` when the key is absent or null. */
  size(key: string, fallback?: number): number {
    const value = this.#valueOf(key) ?? fallback;
    if (Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < maxSize) return Number(value);
    return this.#refuse(key, 'a whole number above 0');
  }

  /** A whole number, or `fallback` when the key is absent; null when it is null or absent without a fallback. */
  integer(key: string, fallback: number | null = null): number | null {
    const value = this.#valueOf(key) ?? fallback;
    if (value === null || (Number.isSafeInteger(value) && Math.abs(Number(value)) < maxSize)) return value as number;
    return this.#refuse(key, 'a whole number');
  }

  number(key: string, fallback?: number): number {
    const value = this.#valueOf(key) ?? fallback;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#refuse(key, 'a number');
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#valueOf(key) ?? fallback;
    return typeof value === 'boolean' ? value : this.#refuse(key, 'true or false');
  }

  text(key: string, fallback: string | null = null): string | null {
    const value = this.#valueOf(key) ?? fallback;
    return value === null || typeof value === 'string' ? value : this.#refuse(key, 'a text');
  }

  /** A text that is one of `known`. */
  choice<T extends string>(key: string, known: readonly T[], fallback: T): T {
    const value = this.#valueOf(key) ?? fallback;
    return known.find((one) => one === value) ?? this.#refuse(key, `one of ${known.join(', ')}`);
  }

  sizes(key: string, fallback?: readonly number[]): readonly number[] {
    const value = this.#valueOf(key) ?? fallback;
    const isList = Array.isArray(value) && value.length <= 10_000;
    if (isList && value.every((one) => Number.isSafeInteger(one) && one >= 0 && one < maxSize)) return value;
    return this.#refuse(key, 'a list of whole numbers');
  }

  numbers(key: string, fallback: readonly number[]): readonly number[] {
    const value = this.#valueOf(key) ?? fallback;
    if (Array.isArray(value) && value.length <= 10_000 && value.every((one) => Number.isFinite(one))) return value;
    return this.#refuse(key, 'a list of numbers');
  }

  /** Height and width: a list of the two, or one number for both. */
  pair(key: string, fallback: number | readonly [number, number]): readonly [number, number] {
    const value = this.#valueOf(key) ?? fallback;
    const [height, width] = Array.isArray(value) && value.length === 2 ? value : [value, value];
    if ([height, width].every((one) => Number.isSafeInteger(one) && one > 0 && one < maxSize)) return [height, width];
    return this.#refuse(key, 'a whole number above 0, or two');
  }

  /** How many labels a classifier knows: the length of `id2label`, else `num_labels`, else 2. */
  labels(): number {
    const map = this.#valueOf('id2label');
    return isJsonObject(map) ? Object.keys(map).length : this.size('num_labels', 2);
  }

  /** A list of lists of whole numbers. */
  sizeLists(key: string, fallback: readonly (readonly number[])[]): readonly (readonly number[])[] {
    const value = this.#valueOf(key) ?? fallback;
    if (!Array.isArray(value) || value.length > 1000) return this.#refuse(key, 'a list of lists of whole numbers');
    return value.map((list, place) =>
      new Config({ [`${key}[${place}]`]: list }, this.#place).sizes(`${key}[${place}]`),
    );
  }

  /** A list of texts. */
  texts(key: string, fallback: readonly string[] = []): readonly string[] {
    const value = this.#valueOf(key) ?? fallback;
    if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
    return this.#refuse(key, 'a list of texts');
  }

  /** The part under a key; an empty one when it is absent. */
  part(key: string): Config {
    const value = this.#valueOf(key) ?? {};
    return isJsonObject(value) ? new Config(value, `${this.#place}${key}.`) : this.#refuse(key, 'a map');
  }

  /** Refuses any other value than this one, which stands where the key is absent too. */
  mustBe(key: string, expected: string | number | boolean | null): void {
    const value = this.#valueOf(key) ?? null;
    if (value !== null && value !== expected) this.#refuse(key, String(expected));
  }

  #valueOf(key: string): unknown {
    return Object.hasOwn(this.#json, key) ? this.#json[key] : undefined;
  }

  #refuse(key: string, takes: string): never {
    const written = JSON.stringify(this.#json[key]) ?? 'nothing';
    throw refusal(`config.json says ${written.slice(0, 100)} for ${this.#place}${key}; understood is ${takes}`);
  }
}
