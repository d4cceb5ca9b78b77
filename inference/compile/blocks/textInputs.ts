import type { GraphBuilder, Value } from '../graphBuilder.js';

/** Dimensions of tokens, as optimum names them. */
export const tokenDims = ['batch_size', 'sequence_length'] as const;

/** `input_ids` and `attention_mask`, [batch, tokens]. */
export function textInputs(g: GraphBuilder): { readonly ids: Value; readonly mask: Value } {
  return { ids: g.input('input_ids', 'int64', tokenDims), mask: g.input('attention_mask', 'int64', tokenDims) };
}

/** `token_type_ids`, [batch, tokens]: which of two texts a token belongs to. */
export function typeInput(g: GraphBuilder): Value {
  return g.input('token_type_ids', 'int64', tokenDims);
}
