import { HubError } from '../../config/errors.js';
import type { Tensor } from './model.js';

type Outputs = ReadonlyMap<string, Tensor>;

/** `logits`, or the only output of a graph that names it otherwise. @throws HubError INFERENCE_UNAVAILABLE */
export function logitsOf(outputs: Outputs, rank: number, task: string): Tensor {
  const named = outputs.get('logits') ?? (outputs.size === 1 ? [...outputs.values()][0] : undefined);
  if (named?.dims.length === rank) return named;
  throw missing(task, 'logits', outputs);
}

/** Start and end logits of each token. @throws HubError INFERENCE_UNAVAILABLE */
export function spanLogitsOf(outputs: Outputs): readonly [Float32Array, Float32Array] {
  const [first, second] = [...outputs.values()];
  const start = outputs.get('start_logits') ?? first;
  const end = outputs.get('end_logits') ?? second;
  if (start?.dims.length === 2 && end?.dims.length === 2) return [start.data, end.data];
  throw missing('question-answering', 'start_logits and end_logits', outputs);
}

/** Vectors of the tokens, [1, tokens, size]. @throws HubError INFERENCE_UNAVAILABLE */
export function tokenVectorsOf(outputs: Outputs): Tensor {
  const named = outputs.get('last_hidden_state') ?? outputs.get('token_embeddings');
  const found = named ?? [...outputs].find(([name, { dims }]) => name !== 'logits' && dims.length === 3)?.[1];
  if (found?.dims.length === 3) return found;
  throw missing('feature-extraction', 'last_hidden_state', outputs);
}

function missing(task: string, wanted: string, outputs: Outputs): HubError {
  const shapes = [...outputs].map(([name, { dims }]) => `${name} [${dims.join(', ')}]`).join(', ');
  return new HubError('INFERENCE_UNAVAILABLE', {
    reason: `${task} needs a graph with the output ${wanted}; this one gives ${shapes}`,
  });
}
