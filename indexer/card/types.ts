/** Something wrong or doubtful in a repository's own files. An `error` refuses a push; a `warning` is told and stored. */
export interface CardProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** 1-based line in the file. */
  readonly line?: number;
  readonly field?: string;
  readonly message: string;
  /** Nearest valid value. */
  readonly suggestion?: string;
}

/** README.md split at its front matter. */
export interface ParsedCard {
  /** Front matter as plain data; {} when absent or unusable. Keys in file order. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** 1-based line in README.md of each top-level key. */
  readonly lines: Readonly<Record<string, number>>;
  /** 1-based line in README.md in which each list and each map of the metadata begins. */
  readonly begins: ReadonlyMap<object, number>;
  /** Markdown after the front matter. */
  readonly body: string;
  readonly hasFrontMatter: boolean;
  readonly problems: readonly CardProblem[];
}

/** Why the value of a field is refused. */
export interface Misshape {
  readonly reason: string;
  /** Keys and places that lead from the field's value to what is wrong in it. */
  readonly path: readonly (string | number)[];
}
