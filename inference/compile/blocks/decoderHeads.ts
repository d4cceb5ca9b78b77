import type { Config } from '../config.js';
import type { GraphBuilder, Value } from '../graphBuilder.js';
import { refusal } from '../refusal.js';
import type { Architecture, Head } from '../types.js';
import type { Decoder } from './decoder.js';
import { linear } from './linear.js';
import { spanHead } from './textHeads.js';

/** The classes that decoders are compiled as. */
export const decoderHeads: readonly Head[] = [
  'Model',
  'ForCausalLM',
  'ForSequenceClassification',
  'ForTokenClassification',
  'ForQuestionAnswering',
];

/** What tells the class where config.json names none. */
export const decoderTraces: Architecture['headTraces'] = [
  [/^(lm_head|embed_out)\.weight$/, 'ForCausalLM'],
  ...readingTraces(),
];

/** The same of the classes that only read; a `score` with a bias may be of tokens, and is refused as one that has no place. */
export function readingTraces(): NonNullable<Architecture['headTraces']> {
  return [
    [/^score\.weight$/, 'ForSequenceClassification'],
    [/^classifier\.weight$/, 'ForTokenClassification'],
    [/^qa_outputs\.weight$/, 'ForQuestionAnswering'],
  ];
}

export interface DecoderHeadParts {
  readonly size: number;
  /** Scores of the whole vocabulary for [batch, tokens, size]. */
  readonly words: (x: Value) => Value;
}

/** Whether a head goes on from the tokens before: only one that writes does. */
export function remembers(head: Head): boolean {
  return head === 'ForCausalLM' || head === 'LMHeadModel';
}

/**
 * Adds the outputs that a class name asks for. A language model has the scores of the last `num_logits_to_keep` tokens (0 =
 * of all: one is enough to go on, and a prompt times a vocabulary of 150,000 is much memory), and the vectors of all tokens.
 */
export function decoderHead(
  g: GraphBuilder,
  head: Head,
  config: Config,
  decoder: Decoder,
  x: Value,
  { size, words }: DecoderHeadParts,
): void {
  const vectors = () => g.output('last_hidden_state', x, ['batch_size', 'sequence_length', size]);
  switch (head) {
    case 'Model':
      return vectors();
    case 'ForCausalLM':
    case 'LMHeadModel':
      g.output('logits', words(lastTokens(g, x)), ['batch_size', 'kept_length', config.size('vocab_size')]);
      vectors();
      return decoder.outputs();
    case 'ForSequenceClassification':
      return g.output('logits', lastTokenScores(g, config, decoder, x), ['batch_size', 'labels']);
    case 'ForTokenClassification':
      return g.output('logits', tokenScores(g, config, x, size), ['batch_size', 'sequence_length', 'labels']);
    case 'ForQuestionAnswering':
      return spanHead(g, linear(g, x, 'qa_outputs', { inputs: size, outputs: 2 }));
    default:
      throw refusal(`a decoder has no head ${head}`);
  }
}

function lastTokens(g: GraphBuilder, x: Value): Value {
  const kept = g.reshape(g.input('num_logits_to_keep', 'int64', []), [1]);
  const end = g.integers([Number.MAX_SAFE_INTEGER]);
  return g.op('Slice', [x, g.op('Neg', [kept]), end, g.integers([1])]);
}

/** Some families call the layer that scores tokens as that of whole texts. */
function tokenScores(g: GraphBuilder, config: Config, x: Value, size: number): Value {
  const name = g.weights.has('score.weight') ? 'score' : 'classifier';
  return linear(g, x, name, { inputs: size, outputs: config.labels() });
}

/** Scores of the last token that is neither masked nor `pad_token_id`, which a text may end with of itself. */
function lastTokenScores(g: GraphBuilder, config: Config, { ids, attended }: Decoder, x: Value): Value {
  const padding = config.integer('pad_token_id');
  const isText = padding === null ? null : g.op('Not', [g.op('Equal', [ids, g.integer(padding)])]);
  const counts = isText === null ? attended : g.mul(attended, g.cast(isText, 'int64'));
  const places = g.mul(counts, g.range(g.dim(ids, 1)));
  const last = g.op('ArgMax', [places], { axis: 1, keepdims: 1 });
  const picked = g.op('GatherND', [x, last], { batch_dims: 1 });
  return linear(g, picked, 'score', { outputs: config.labels(), bias: false });
}
