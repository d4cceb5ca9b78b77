import type { StoredTensor } from '../compile/weights.js';

/** What of a model is passed. */
export interface Extent {
  readonly depth: number;
  readonly hasHead: boolean;
}

/** Tokens whose words are scored, by the end of the class name. */
const scoredTokens = [
  [/(ForMaskedLM|ForPreTraining)$/, 24],
  [/(ForCausalLM|LMHeadModel|ForConditionalGeneration|MTModel|VisionEncoderDecoderModel)$/, 8],
] as const;

/** How many layers are passed, and whether the head is: of a cut model it counts, and may take half of the cost. */
export function extentOf(layers: number, layerCost: number, headCost: number, cost: number): Extent {
  if (layers * layerCost <= cost) return { depth: layers, hasHead: true };
  const hasHead = headCost <= cost / 2;
  const depth = Math.floor((cost - (hasHead ? headCost : 0)) / layerCost);
  return { depth: Math.max(1, Math.min(layers, depth)), hasHead: hasHead || layers === 1 };
}

/** Multiplications of a head that scores all words, about: it has a table of them, the largest tensor. Other heads are small. */
export function wordsCost(className: string, tensors: readonly StoredTensor[]): number {
  const [, scored] = scoredTokens.find(([head]) => head.test(className)) ?? [];
  if (scored === undefined) return 0;
  return scored * Math.max(...tensors.map(({ shape }) => (shape.length === 2 ? shape[0]! * shape[1]! : 0)));
}
