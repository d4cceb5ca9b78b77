import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Head } from '../types.js';
import { linear } from './linear.js';
import { tokenDims } from './textInputs.js';

/** The heads that text encoders have. */
export const textEncoderHeads = [
  'Model',
  'ForMaskedLM',
  'ForSequenceClassification',
  'ForTokenClassification',
  'ForQuestionAnswering',
] as const satisfies readonly Head[];

/**
 * What tells a head where config.json names no class: `words` is the layer of the masked-language head. What a `classifier`
 * alone is of depends on what stands before it: see classifierHead in index.ts.
 */
export function textHeadTraces(words: RegExp): NonNullable<Architecture['headTraces']> {
  return [
    [/^qa_outputs\.weight$/, 'ForQuestionAnswering'],
    [/^(classifier\.out_proj|pre_classifier)\.weight$/, 'ForSequenceClassification'],
    [words, 'ForMaskedLM'],
  ];
}

/** What the heads of text encoders are made of. */
export interface TextHeadParts {
  /** [batch, tokens, size]: what the token heads read. */
  readonly tokens: Value;
  readonly size: number;
  /** [batch, size]: what the sequence classifier reads. */
  readonly pooled: () => Value;
  /** Names of the last layers of sequence and token classifiers, and of question answering. */
  readonly sequenceClassifier?: string;
  readonly tokenClassifier?: string;
  readonly spans?: string;
  /** [batch, tokens, words]: scores of a masked-language head. */
  readonly words?: () => Value;
}

/** Adds the outputs that a class name asks for, named as optimum names them. */
export function textHead(g: GraphBuilder, head: Head, config: Config, parts: TextHeadParts): void {
  const { size, sequenceClassifier = 'classifier', tokenClassifier = 'classifier', spans = 'qa_outputs' } = parts;
  switch (head) {
    case 'Model':
      return;
    case 'ForMaskedLM':
    case 'ForPreTraining':
      return wordsHead(g, config, parts);
    case 'ForSequenceClassification':
      return g.output(
        'logits',
        linear(g, parts.pooled(), sequenceClassifier, { inputs: size, outputs: config.labels() }),
        [tokenDims[0], 'labels'],
      );
    case 'ForTokenClassification':
      return g.output('logits', linear(g, parts.tokens, tokenClassifier, { inputs: size, outputs: config.labels() }), [
        ...tokenDims,
        'labels',
      ]);
    case 'ForQuestionAnswering':
      return spanHead(g, linear(g, parts.tokens, spans, { inputs: size, outputs: 2 }));
    default:
      throw refusal(`a text encoder has no head ${head}`);
  }
}

function wordsHead(g: GraphBuilder, config: Config, { words }: TextHeadParts): void {
  if (!words) throw refusal('this architecture has no masked-language head');
  g.output('logits', words(), [...tokenDims, config.size('vocab_size')]);
}

/** `start_logits` and `end_logits` of two scores a token, [batch, tokens, 2]. */
export function spanHead(g: GraphBuilder, both: Value): void {
  const [start, end] = g.ops('Split', [both], 2, { axis: -1, num_outputs: 2 });
  g.output('start_logits', g.squeeze(start!, [-1]), tokenDims);
  g.output('end_logits', g.squeeze(end!, [-1]), tokenDims);
}

/** [batch, tokens, size] → [batch, size] of the first token. */
export function firstToken(g: GraphBuilder, x: Value): Value {
  return g.gather(x, g.integer(0), 1);
}
