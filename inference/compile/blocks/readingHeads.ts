import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import type { Architecture, Head } from '../types.js';
import { lastOf } from './encoderDecoder.js';
import { linear } from './linear.js';
import { spanHead } from './textHeads.js';

/** What tells a class that reads where config.json names none. */
export const readingHeadTraces: NonNullable<Architecture['headTraces']> = [
  [/^classification_head\.dense\.weight$/, 'ForSequenceClassification'],
  [/^qa_outputs\.weight$/, 'ForQuestionAnswering'],
];

export interface ReadingParts {
  /** The text. */
  readonly ids: Value;
  /** What the decoder makes of it: [batch, tokens, size]. */
  readonly x: Value;
  readonly size: number;
  /** The token that ends a text, and is scored where all of it is. */
  readonly end: number;
}

/** Adds the outputs of a class that reads a text with an encoder and a decoder. */
export function readingHead(g: GraphBuilder, head: Head, config: Config, { ids, x, size, end }: ReadingParts): void {
  if (head === 'Model') return g.output('last_hidden_state', x, ['batch_size', 'sequence_length', size]);
  if (head === 'ForQuestionAnswering') return spanHead(g, linear(g, x, 'qa_outputs', { inputs: size, outputs: 2 }));
  const square = { inputs: size, outputs: size };
  const dense = g.op('Tanh', [linear(g, lastOf(g, x, ids, end), 'classification_head.dense', square)]);
  const scores = linear(g, dense, 'classification_head.out_proj', { inputs: size, outputs: config.labels() });
  g.output('logits', scores, ['batch_size', 'labels']);
}
