import type { Config } from '../../compile/config.js';
import { columnsOf } from '../arrays.js';
import { lastTokens, read, rows } from '../madeTexts.js';
import type { NamedWeights } from '../namedWeights.js';

/** What the classes of text encoders have behind the body. */
export interface TextHeads {
  readonly epsilon: (config: Config) => number;
  /** [rows, size]: what the classifier of whole texts reads, made of all tokens [rows·tokens, size]. */
  readonly pooled: (pass: NamedWeights, x: Float32Array) => Promise<Float32Array>;
  /** The last layer of that classifier. */
  readonly classifier: string;
  /** What heads of tokens read, if not the body's own numbers. */
  readonly tokens?: (pass: NamedWeights, x: Float32Array) => Promise<Float32Array>;
  /** The layer whose two scores say whether an answer begins or ends with a token. */
  readonly spans?: string;
  readonly words: (config: Config) => WordHead;
  /** `ForPreTraining`, where that is another head than that of words. */
  readonly pretraining?: (pass: NamedWeights, x: Float32Array) => Promise<Float32Array>;
}

/** Scores of all words: a layer, a curve and a norm, then the table of words. */
export interface WordHead {
  readonly dense: string;
  readonly curve: string;
  readonly norm: string;
  /** Tensor with a row for each word. */
  readonly table: string;
  /** The first of these that is there. */
  readonly biases: readonly string[];
}

/** `Map` of all outputs of a class, made of what the body gives: [rows·tokens, size]. */
export async function textOutputs(
  pass: NamedWeights,
  className: string,
  heads: TextHeads,
  x: Float32Array,
): Promise<ReadonlyMap<string, Float32Array>> {
  const outputs = new Map([['last_hidden_state', x]]);
  const tokens = async () => (heads.tokens ? heads.tokens(pass, x) : x);
  if (className.endsWith('ForMaskedLM')) return outputs.set('logits', await wordScores(pass, heads, x));
  if (className.endsWith('ForPreTraining'))
    return outputs.set('logits', await (heads.pretraining?.(pass, x) ?? wordScores(pass, heads, x)));
  if (className.endsWith('ForSequenceClassification'))
    return outputs.set('logits', await pass.dense(heads.classifier, await heads.pooled(pass, x)));
  if (className.endsWith('ForTokenClassification'))
    return outputs.set('logits', await pass.dense('classifier', await tokens()));
  if (!className.endsWith('ForQuestionAnswering')) return outputs;
  return new Map([...outputs, ...spanScores(await pass.dense(heads.spans ?? 'qa_outputs', await tokens()))]);
}

/** Of classes that read a text with an encoder and a decoder: vectors, spans, or scores of the token that ends it. */
export async function readingOutputs(
  pass: NamedWeights,
  className: string,
  x: Float32Array,
): Promise<Map<string, Float32Array>> {
  if (className.endsWith('ForQuestionAnswering')) return spanScores(await pass.dense('qa_outputs', x));
  if (!className.endsWith('ForSequenceClassification')) return new Map([['last_hidden_state', x]]);
  const width = x.length / rows / read;
  const last = lastTokens.flatMap((at) => [...x.subarray(at * width, (at + 1) * width)]);
  const dense = (await pass.dense('classification_head.dense', Float32Array.from(last))).map(Math.tanh);
  return new Map([['logits', await pass.dense('classification_head.out_proj', dense)]]);
}

/** Of two scores a token: that an answer begins with it, and that one ends there. */
export function spanScores(both: Float32Array): Map<string, Float32Array> {
  return new Map([
    ['start_logits', columnsOf(both, 2, 0, 1)],
    ['end_logits', columnsOf(both, 2, 1, 2)],
  ]);
}

export async function wordScores(pass: NamedWeights, heads: TextHeads, x: Float32Array): Promise<Float32Array> {
  const { dense, curve, norm, table, biases } = heads.words(pass.config);
  const raised = pass.activate(await pass.dense(dense, x), curve);
  const bias = biases.find((one) => pass.has(one));
  return pass.scores(
    table,
    bias === undefined ? null : await pass.read(bias),
    await pass.norm(norm, raised, heads.epsilon(pass.config)),
  );
}

/** The tensor of the words' table: that of the embeddings, unless config.json unties them. */
export function tableOf(config: Config, untied: string, tied = 'embeddings.word_embeddings.weight'): string {
  return config.flag('tie_word_embeddings', true) ? tied : untied;
}

/** [rows, size]: the first token of each text. */
export function firstTokens(x: Float32Array): Float32Array {
  return columnsOf(x, x.length / rows, 0, x.length / rows / read);
}

/** A layer and a curve upon the first token. */
export function pooledBy(dense: string, curve: string): TextHeads['pooled'] {
  return async (pass, x) => pass.activate(await pass.dense(dense, firstTokens(x)), curve);
}
