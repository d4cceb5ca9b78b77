import type { TextEncoding } from '../pipelines/encoding.js';
import type { Port, TypedTensor } from '../pipelines/model.js';
import { firstPositionOf } from './modelConfig.js';
import { type JsonObject, unavailable } from './modelFiles.js';

type Meaning = 'tokens' | 'mask' | 'types' | 'positions';

/** What graphs call their inputs: transformers' and optimum's names, then those of older TensorFlow exports. */
const meanings: Readonly<Record<string, Meaning>> = {
  input_ids: 'tokens',
  attention_mask: 'mask',
  token_type_ids: 'types',
  position_ids: 'positions',
  input_mask: 'mask',
  segment_ids: 'types',
};

/** The inputs of a graph for an encoding. */
export type Feeds = (encoding: TextEncoding) => Readonly<Record<string, TypedTensor>>;

/**
 * Makes a graph's inputs, [1, tokens], of an encoding: exactly those inputs that the graph has.
 * @throws HubError INFERENCE_UNAVAILABLE for a graph that asks for anything else
 */
export function inputFeeds(inputs: readonly Port[], config: JsonObject): Feeds {
  const columns = inputs.map((input) => ({
    name: input.name,
    meaning: meaningOf(input, inputs.length),
    make: tensorMaker(input),
  }));
  const firstPosition = firstPositionOf(config);
  return (encoding) => {
    const feeds: Record<string, TypedTensor> = {};
    for (const { name, meaning, make } of columns) feeds[name] = make(valuesOf(encoding, meaning, firstPosition));
    return feeds;
  };
}

function meaningOf({ name }: Port, count: number): Meaning {
  const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
  if (meaning) return meaning;
  if (count === 1) return 'tokens';
  throw unavailable(`its graph asks for the input "${name}", which text tasks do not have`);
}

function valuesOf(encoding: TextEncoding, meaning: Meaning, firstPosition: number): readonly number[] {
  if (meaning === 'tokens') return encoding.ids;
  if (meaning === 'types') return encoding.typeIds();
  return meaning === 'mask' ? encoding.ids.map(() => 1) : encoding.ids.map((_, index) => firstPosition + index);
}

function tensorMaker({ name, type }: Port): (values: readonly number[]) => TypedTensor {
  if (type === 'int64')
    return (values) => ({ type, data: BigInt64Array.from(values, BigInt), dims: [1, values.length] });
  if (type === 'int32') return (values) => ({ type, data: Int32Array.from(values), dims: [1, values.length] });
  if (type === 'float32') return (values) => ({ type, data: Float32Array.from(values), dims: [1, values.length] });
  throw unavailable(`its graph takes ${type} for the input "${name}"; token numbers are int64 or int32`);
}
