import { HubError } from '../../../config/errors.js';

/** A JSON Schema, as OpenAPI 3.1 writes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** One parameter of a query: what it takes, in words and as a schema, and how its written values are read. */
export interface Parameter<Value> {
  readonly about: string;
  readonly schema: JsonSchema;
  /** @param values as written, in order; empty when it was not given. @throws HubError BAD_REQUEST, where `name` is named */
  read(name: string, values: readonly string[]): Value;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type ValuesOf<P extends Parameters> = { readonly [Name in keyof P]: ReturnType<P[Name]['read']> };

/** A text; the last one counts, and '' is as good as none. */
export function text(about: string): Parameter<string | null> {
  return { about, schema: { type: 'string' }, read: (_, values) => values.at(-1) || null };
}

/** A text of one form, or ''. @param example how it is written, for who wrote it otherwise */
export function formed(about: string, form: RegExp, example: string): Parameter<string | null> {
  return {
    about,
    schema: { type: 'string', pattern: form.source },
    read(name, values) {
      const value = values.at(-1) || null;
      if (value === null || form.test(value)) return value;
      throw new HubError('BAD_REQUEST', { reason: `${name} is written as "${example}", not "${value.slice(0, 40)}"` });
    },
  };
}

/** `true`, `1` or nothing after the name = true, as the clients of different ages write it. */
export function flag(about: string): Parameter<boolean> {
  return {
    about,
    schema: { type: 'boolean', default: false },
    read(name, values) {
      const value = values.at(-1)?.toLowerCase() ?? 'false';
      if (['true', '1', ''].includes(value)) return true;
      if (['false', '0'].includes(value)) return false;
      throw new HubError('BAD_REQUEST', { reason: `${name} is "true" or "false", not "${value.slice(0, 40)}"` });
    },
  };
}

/** A whole number; one beyond the bounds becomes the bound. */
export function integer(
  about: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): Parameter<number> {
  return {
    about,
    schema: { type: 'integer', minimum: least, maximum: most, default: otherwise },
    read(name, values) {
      const value = values.at(-1);
      if (!value) return otherwise;
      if (!/^-?\d{1,15}$/.test(value)) {
        throw new HubError('BAD_REQUEST', { reason: `${name} is a whole number, not "${value.slice(0, 40)}"` });
      }
      return Math.min(most, Math.max(least, Number(value)));
    },
  };
}

/** One of some words. */
export function choice<Word extends string>(about: string, words: readonly Word[], otherwise: Word): Parameter<Word> {
  return {
    about,
    schema: { type: 'string', enum: words, default: otherwise },
    read(name, values) {
      const value = values.at(-1) || otherwise;
      const word = words.find((word) => word === value);
      if (word !== undefined) return word;
      const known = words.map((word) => `"${word}"`).join(', ');
      throw new HubError('BAD_REQUEST', { reason: `${name} is one of ${known}, not "${value.slice(0, 40)}"` });
    },
  };
}

/** Some of these words, repeated. */
export function words<Word extends string>(about: string, known: readonly Word[]): Parameter<readonly Word[]> {
  const all = list(about);
  return {
    about,
    schema: { type: 'array', items: { type: 'string', enum: known } },
    read(name, values) {
      const given = [...new Set(all.read(name, values))];
      const unknown = given.find((value) => !known.some((word) => word === value));
      if (unknown === undefined) return given as Word[];
      throw notTaken(name, unknown, known);
    },
  };
}

/** For a word that is none of those which a parameter takes. */
export function notTaken(name: string, given: string, known: readonly string[]): HubError {
  const reason = `${name} does not take "${given.slice(0, 40)}"; it takes ${known.join(', ')}`;
  return new HubError('BAD_REQUEST', { reason });
}

const mostValues = 200;

/** The parameter repeated: Python's clients repeat it. JavaScript's join with commas where `commas` says so. */
export function list(about: string, { commas = false }: { commas?: boolean } = {}): Parameter<readonly string[]> {
  return {
    about,
    schema: { type: 'array', items: { type: 'string' }, maxItems: mostValues },
    read(name, values) {
      const all = (commas ? values.flatMap((value) => value.split(',')) : values).filter((value) => value !== '');
      if (all.length > mostValues) {
        throw new HubError('BAD_REQUEST', {
          reason: `${name} has ${all.length} values; at most ${mostValues} are taken`,
        });
      }
      return all;
    },
  };
}

/** Reads a query by its table; what the table does not name is left alone. `name[]` is `name`, as the clients write lists. */
export function readQuery<P extends Parameters>(parameters: P, query: URLSearchParams): ValuesOf<P> {
  const entries = Object.entries(parameters).map(([name, parameter]) => [
    name,
    parameter.read(name, [...query.getAll(name), ...query.getAll(`${name}[]`)]),
  ]);
  return Object.fromEntries(entries) as ValuesOf<P>;
}
