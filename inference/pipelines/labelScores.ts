import { z } from 'zod';
import type { ModelConfig } from './model.js';
import { sigmoid, softmax, topIndices } from './numbers.js';

const scoreFunctions = ['softmax', 'sigmoid', 'none'] as const;
export type ScoreFunction = (typeof scoreFunctions)[number];

/** The parameter `function_to_apply`, in any case of letters. */
export const scoreFunction = z.string().toLowerCase().pipe(z.enum(scoreFunctions)).nullish();

export interface LabelScore {
  readonly label: string;
  readonly score: number;
}

/** The `count` best labels, best first. */
export function bestLabels(
  config: ModelConfig,
  logits: Float32Array,
  name: ScoreFunction,
  count: number,
): readonly LabelScore[] {
  const scores = scored(name, logits);
  return topIndices(scores, count).map((index) => ({ label: labelOf(config, index), score: scores[index]! }));
}

export function labelOf(config: ModelConfig, index: number): string {
  return config.labels?.[index] ?? `LABEL_${index}`;
}

function scored(name: ScoreFunction, logits: Float32Array): ArrayLike<number> {
  if (name === 'softmax') return softmax(logits);
  return name === 'sigmoid' ? sigmoid(logits) : logits;
}
