import { HubError } from '../../config/errors.js';
import type { Model, Tensor } from './model.js';

type Outputs = ReadonlyMap<string, Tensor>;

/** Outputs that are vectors of a text, whatever else a graph lacks. */
const vectorNames = new Set(['last_hidden_state', 'token_embeddings', 'sentence_embedding', 'pooler_output']);
/** Smaller ones are of made-up models, whose classes may be as many. */
const leastVocabulary = 100;

/** A score for each class: of the text, or (rank 3) of each token. @throws HubError INFERENCE_UNAVAILABLE */
export function classLogitsOf({ config, tokenizer }: Model, outputs: Outputs, rank: 2 | 3, task: string): Tensor {
  const logits = logitsOf(outputs, rank === 2 ? '[1, labels]' : '[1, tokens, labels]', task);
  const classes = logits.dims.at(-1)!;
  if (config.labels && config.labels.length !== classes) {
    throw unavailable(
      `${task} needs a score for each of the ${config.labels.length} labels of config.json; its graph gives ${classes}`,
    );
  }
  const { vocabularySize } = tokenizer;
  if (!config.labels && vocabularySize > leastVocabulary && classes >= vocabularySize)
    throw unavailable(`${task} needs a score for each label; its graph gives one for each word of the vocabulary`);
  refuseNaN(logits.data);
  return logits;
}

/** Comparisons with such numbers are all false: they would pass for scores that nothing reaches. */
function refuseNaN(scores: Float32Array): void {
  if (scores.some(Number.isNaN)) throw unavailable('its graph gives numbers that are none (NaN)');
}

/** A score for each word of the vocabulary at each token. @throws HubError INFERENCE_UNAVAILABLE */
export function wordLogitsOf({ tokenizer }: Model, outputs: Outputs, task: string): Tensor {
  const logits = logitsOf(outputs, '[1, tokens, vocabulary]', task);
  const words = logits.dims.at(-1)!;
  // Padded vocabularies are larger.
  if (words >= tokenizer.vocabularySize) return logits;
  throw unavailable(
    `${task} needs a score for each of the ${tokenizer.vocabularySize} words of the vocabulary; its graph gives ${words}`,
  );
}

/** `logits`, or the only output of a graph that names it otherwise. */
function logitsOf(outputs: Outputs, shape: string, task: string): Tensor {
  const [only] = outputs.size === 1 ? outputs : [];
  const named = outputs.get('logits') ?? (only && !vectorNames.has(only[0]) ? only[1] : undefined);
  if (named?.dims.length === shape.split(',').length) return named;
  throw missing(task, `logits ${shape}`, outputs);
}

/** Start and end logits of each token. @throws HubError INFERENCE_UNAVAILABLE */
export function spanLogitsOf(outputs: Outputs): readonly [Float32Array, Float32Array] {
  const [first, second] = [...outputs.values()];
  const start = outputs.get('start_logits') ?? first;
  const end = outputs.get('end_logits') ?? second;
  if (start?.dims.length !== 2 || end?.dims.length !== 2)
    throw missing('question-answering', 'start_logits [1, tokens] and end_logits [1, tokens]', outputs);
  for (const { data } of [start, end]) refuseNaN(data);
  return [start.data, end.data];
}

/** Vectors of the tokens, [1, tokens, size]. @throws HubError INFERENCE_UNAVAILABLE */
export function tokenVectorsOf(outputs: Outputs): Tensor {
  const named = outputs.get('last_hidden_state') ?? outputs.get('token_embeddings');
  const found = named ?? [...outputs].find(([name, { dims }]) => name !== 'logits' && dims.length === 3)?.[1];
  if (found?.dims.length === 3) return found;
  throw missing('feature-extraction', 'last_hidden_state [1, tokens, size]', outputs);
}

function missing(task: string, wanted: string, outputs: Outputs): HubError {
  const shapes = [...outputs].map(([name, { dims }]) => `${name} [${dims.join(', ')}]`).join(', ');
  return unavailable(`${task} needs a graph with the output ${wanted}; this one gives ${shapes || 'no numbers'}`);
}

function unavailable(reason: string): HubError {
  return new HubError('INFERENCE_UNAVAILABLE', { reason });
}
