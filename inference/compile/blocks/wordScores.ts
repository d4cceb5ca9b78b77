import type { GraphBuilder, Value } from '../graphBuilder.js';
import { type Activation, activate } from './activation.js';
import { linear, tied } from './linear.js';
import { layerNorm } from './norm.js';

export interface WordScoresOptions {
  /** Names of the layer before the scores, and of its norm. */
  readonly dense: string;
  readonly norm: string;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Sizes of the tokens and of the word embeddings. */
  readonly size: number;
  readonly wordSize: number;
  readonly words: number;
  /** The table of the word embeddings, or of the last layer where it is not tied to them: [words, wordSize]. */
  readonly table: string;
  /** Names under which the bias may be, the first that is there. */
  readonly bias: readonly [string, ...string[]];
}

/** A masked-language head: a layer with its norm, then a score for each word: [batch, tokens, words]. */
export function wordScores(g: GraphBuilder, x: Value, options: WordScoresOptions): Value {
  const { size, wordSize, words, bias } = options;
  const dense = linear(g, x, options.dense, { inputs: size, outputs: wordSize, bias: true });
  const normed = layerNorm(g, activate(g, dense, options.activation), options.norm, options.epsilon, wordSize);
  const scores = tied(g, normed, g.weight(options.table, [words, wordSize]));
  return g.add(scores, g.weight(bias.find((name) => g.weights.has(name)) ?? bias[0], [words]));
}
