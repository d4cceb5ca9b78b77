/** Scores of the next token, a row for each sequence. */
export interface NextScores {
  readonly rows: number;
  readonly vocabulary: number;
  /** Row by row; the caller may change them. */
  readonly data: Float32Array;
}

/** A model that continues sequences, and remembers what it has read of each. */
export interface Decoder {
  /** Most tokens of a sequence; null = no limit of the model's own. */
  readonly maxLength: number | null;
  /** Memory that each token of a sequence takes while it is made. */
  readonly bytesPerToken: number;
  /** Reads the first sequence; the scores have one row. */
  begin(prompt: readonly number[]): Promise<NextScores>;
  /** Row `i` of the answer goes on from row `sources[i]` of the last scores, by the token `tokens[i]`. */
  next(sources: readonly number[], tokens: readonly number[]): Promise<NextScores>;
}

export function rowOf({ data, vocabulary }: NextScores, row: number): Float32Array {
  return data.subarray(row * vocabulary, (row + 1) * vocabulary);
}
