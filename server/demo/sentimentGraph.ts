import type { OnnxGraph } from '../../inference/compile/onnxWriter.js';

export const labels = ['NEGATIVE', 'NEUTRAL', 'POSITIVE'] as const;

/** Words behind a negation whose valence it turns. */
const reach = 3;
/** A negation turns a valence and halves it: "not good" is less bad than "bad". */
const turned = -0.5;
/** What a valence of 1 adds to POSITIVE and takes from NEGATIVE. */
const slope = 1.2;
/** The score of NEUTRAL: below that of POSITIVE for one word of valence 1. */
const neutral = 0.9;

/**
 * The classifier: each token's valence, turned where a negation stands before it, summed over the text.
 * @param valences  of each token id
 * @param negations  1 for the ids of negations, else 0
 * @returns a graph of input_ids and attention_mask [batch, tokens] → logits [batch, 3]
 */
export function sentimentGraph(valences: readonly number[], negations: readonly number[]): OnnxGraph {
  const tokens = (name: string) => ({ name, type: 'int64' as const, dims: ['batch', 'tokens'] });
  const floats = (name: string, dims: readonly number[], values: readonly number[]) => {
    return { name, type: 'float' as const, dims, values };
  };
  const integers = (name: string, values: readonly number[]) => {
    return { name, type: 'int64' as const, dims: [values.length], values };
  };
  const distances = Array.from({ length: reach }, (_, index) => index + 1);
  return {
    name: 'afinn-sentiment',
    inputs: [tokens('input_ids'), tokens('attention_mask')],
    outputs: [{ name: 'logits', type: 'float', dims: ['batch', labels.length] }],
    weights: [
      floats('valence_of_token', [valences.length], valences),
      floats('negation_of_token', [negations.length], negations),
      floats('turn', [1], [turned - 1]),
      floats('one', [1], [1]),
      floats('slopes', [1, 3], [-slope, 0, slope]),
      floats('biases', [3], [0, neutral, 0]),
      integers('room_before', [0, reach, 0, 0]),
      integers('token_axis', [1]),
      ...distances.flatMap((distance) => [
        integers(`from_${distance}`, [reach - distance]),
        integers(`until_${distance}`, [-distance]),
      ]),
    ],
    nodes: [
      { operator: 'Gather', inputs: ['valence_of_token', 'input_ids'], outputs: ['valences'] },
      { operator: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { operator: 'Mul', inputs: ['valences', 'mask'], outputs: ['read'] },
      { operator: 'Gather', inputs: ['negation_of_token', 'input_ids'], outputs: ['negations'] },
      // Moved right by 1, 2 and 3 tokens, the negations stand where they act.
      { operator: 'Pad', inputs: ['negations', 'room_before'], outputs: ['padded'] },
      ...distances.map((distance) => ({
        operator: 'Slice',
        inputs: ['padded', `from_${distance}`, `until_${distance}`, 'token_axis'],
        outputs: [`before_${distance}`],
      })),
      { operator: 'Max', inputs: distances.map((distance) => `before_${distance}`), outputs: ['negated'] },
      { operator: 'Mul', inputs: ['negated', 'turn'], outputs: ['turns'] },
      { operator: 'Add', inputs: ['turns', 'one'], outputs: ['factors'] },
      { operator: 'Mul', inputs: ['read', 'factors'], outputs: ['meant'] },
      { operator: 'ReduceSum', inputs: ['meant', 'token_axis'], outputs: ['sum'], attributes: { keepdims: 1 } },
      { operator: 'MatMul', inputs: ['sum', 'slopes'], outputs: ['scores'] },
      { operator: 'Add', inputs: ['scores', 'biases'], outputs: ['logits'] },
    ],
  };
}
