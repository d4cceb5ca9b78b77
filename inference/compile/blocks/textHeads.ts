import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Head } from '../types.js';
import { linear } from './linear.js';

/** What the heads of text encoders are made of. */
export interface TextHeadParts {
  /** [batch, tokens, size]: what the body gives. */
  readonly tokens: Value;
  /** [batch, size]: what the sequence classifier reads. */
  readonly pooled: () => Value;
  /** Name of the last layer of sequence and token classifiers. */
  readonly classifier: string;
  /** [batch, tokens, words]: scores of a masked-language head. */
  readonly words?: () => Value;
}

const rows = 'batch_size';
const columns = 'sequence_length';

/** Adds the outputs that a class name asks for, named as optimum names them. */
export function textHead(g: GraphBuilder, head: Head, config: Config, parts: TextHeadParts): void {
  switch (head) {
    case 'Model':
      return;
    case 'ForMaskedLM':
    case 'ForPreTraining':
      return wordsHead(g, config, parts);
    case 'ForSequenceClassification':
      return g.output('logits', linear(g, parts.pooled(), parts.classifier), [rows, 'labels']);
    case 'ForTokenClassification':
      return g.output('logits', linear(g, parts.tokens, parts.classifier), [rows, columns, 'labels']);
    case 'ForQuestionAnswering':
      return spanHead(g, parts.tokens);
    default:
      throw refusal(`a text encoder has no head ${head}`);
  }
}

function wordsHead(g: GraphBuilder, config: Config, { words }: TextHeadParts): void {
  if (!words) throw refusal('this architecture has no masked-language head');
  g.output('logits', words(), [rows, columns, config.size('vocab_size')]);
}

function spanHead(g: GraphBuilder, tokens: Value): void {
  const both = linear(g, tokens, 'qa_outputs', { outputs: 2 });
  const [start, end] = g.ops('Split', [both], 2, { axis: -1, num_outputs: 2 });
  g.output('start_logits', g.squeeze(start!, [-1]), [rows, columns]);
  g.output('end_logits', g.squeeze(end!, [-1]), [rows, columns]);
}
